"""What people do: reported, judged by the rule in force, found unique, quantified in mg CO2e."""
