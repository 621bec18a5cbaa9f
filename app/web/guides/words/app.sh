BASE={base} CLIENT_ID=… CLIENT_SECRET=…
JSON='Content-Type: application/json'
#:
PROVIDER=$(curl -s $BASE/v1/auth/token -d grant_type=client_credentials \
  -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s $BASE/v1/provider -H "Authorization: Bearer $PROVIDER"
#:
NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ); NO=$(date +%s)
ENROLLED=$(curl -s $BASE/v1/participants -H "Authorization: Bearer $PROVIDER" -H "$JSON" -d '{
  "identity": "citizen-'$NO'", "region": "CN-33", "consents": [
    {"scene": "metro_ride", "text_version": "2026-01", "granted_at": "2026-01-02T00:00:00Z"}]}')
echo $ENROLLED
PARTICIPANT=$(echo $ENROLLED | grep -o 'par_[0-9a-f]*' | head -1)
#:
RIDE=$(curl -s $BASE/v1/actions -H "Authorization: Bearer $PROVIDER" -H "$JSON" -d '{
  "participant_id": "'$PARTICIPANT'", "behaviour": "metro_ride", "external_id": "ride-'$NO'",
  "occurred_at": "'$NOW'", "region": "CN-33", "quantities": {"trips": "1"},
  "evidence": {"ride_id": "gate-'$NO'"}}')
echo $RIDE
ACTION=$(echo $RIDE | grep -o 'act_[0-9a-f]*' | head -1)
#:
curl -s $BASE/v1/actions/$ACTION/calculation -H "Authorization: Bearer $PROVIDER" -o calculation.json
curl -s $BASE/v1/verifier.py -o verifier.py
python3 verifier.py calculation.json
#:
PERSON=…
curl -s $BASE/v1/me -H "Authorization: Bearer $PERSON"
#:
curl -s -X POST $BASE/v1/me/codes -H "Authorization: Bearer $PERSON" -H "$JSON" -d '{}'
