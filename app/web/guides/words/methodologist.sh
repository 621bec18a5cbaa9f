BASE={base} JSON='Content-Type: application/json'
curl -s "$BASE/v1/methodologies?limit=2"
#:
curl -s $BASE/v1/methodologies/bj.low_carbon_travel
#:
curl -s $BASE/v1/methodologies/bj.low_carbon_travel/quantify -H "$JSON" -d '{
  "region": "CN-33", "quantities": {"trips": "1"}, "evidence": {}}'
#:
curl -s $BASE/v1/series
