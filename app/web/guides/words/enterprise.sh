BASE={base} CLIENT_ID=… CLIENT_SECRET=…
JSON='Content-Type: application/json'
ENTERPRISE=$(curl -s $BASE/v1/auth/token -d grant_type=client_credentials \
  -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
#:
curl -s $BASE/v1/listings -H "Authorization: Bearer $ENTERPRISE"
#:
curl -s $BASE/v1/holdings -H "Authorization: Bearer $ENTERPRISE"
#:
curl -s $BASE/v1/registry/retirements
#:
curl -s $BASE/v1/registry/statistics
