BASE={base} CLIENT_ID=… CLIENT_SECRET=…
JSON='Content-Type: application/json'
SHOP=$(curl -s $BASE/v1/auth/token -d grant_type=client_credentials \
  -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
#:
curl -s $BASE/v1/merchant/stores -H "Authorization: Bearer $SHOP" -H "$JSON" -d '{"stores": [
  {"store_id": "lakeside", "name": "湖滨店", "address": "杭州市上城区湖滨路 1 号", "region": "CN-330100"}]}'
#:
curl -s $BASE/v1/merchant/offers -H "Authorization: Bearer $SHOP" -H "$JSON" -d '{
  "title_zh": "拿铁一杯", "title_en": "One latte", "points": 300, "stock_total": 200,
  "settlement": {"amount": "12.50", "currency": "CNY"}, "per_person_limit": 2}'
#:
curl -s $BASE/v1/merchant/offers -H "Authorization: Bearer $SHOP"
#:
curl -s $BASE/v1/merchant/statements -H "Authorization: Bearer $SHOP"
