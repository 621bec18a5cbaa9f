"""What is asked of OpenID providers over the network, and what of their answers is believed."""
