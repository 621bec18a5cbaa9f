BASE={base} JSON='Content-Type: application/json'
curl -s "$BASE/v1/methodologies?limit=2"
#:
curl -s $BASE/v1/methodologies/bj.metro_ride
#:
curl -s $BASE/v1/methodologies/gd.distributed_pv/quantify -H "$JSON" -d '{
  "occurred_on": "2026-03-01", "region": "CN-44", "quantities": {"generation_kwh": "300"}}'
#:
curl -s $BASE/v1/series
