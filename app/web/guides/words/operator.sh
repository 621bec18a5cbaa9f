BASE={base} USERNAME=… PASSWORD=…
OPERATOR=$(curl -s $BASE/v1/auth/token -d grant_type=password -d username=$USERNAME \
  --data-urlencode password=$PASSWORD | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
#:
curl -s "$BASE/v1/proposals?limit=2" -H "Authorization: Bearer $OPERATOR"
#:
curl -s "$BASE/v1/holds?limit=2" -H "Authorization: Bearer $OPERATOR"
#:
curl -s "$BASE/v1/complaints?limit=2" -H "Authorization: Bearer $OPERATOR"
#:
curl -s "$BASE/v1/log?limit=2" -H "Authorization: Bearer $OPERATOR"
#:
curl -s "$BASE/v1/programme"
