BASE={base} CLIENT_ID=… CLIENT_SECRET=…
JSON='Content-Type: application/json' STORE=store-1
TILL=$(curl -s $BASE/v1/auth/token -d grant_type=client_credentials \
  -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
#:
CODE=…
PREPARED=$(curl -s $BASE/v1/merchant/redemptions/prepare -H "Authorization: Bearer $TILL" -H "$JSON" \
  -d '{"code": "'$CODE'", "store_id": "'$STORE'"}')
echo $PREPARED
OFFER=$(echo $PREPARED | grep -o 'ofr_[0-9a-f]*' | head -1)
#:
NO=T1-$(date +%s)
curl -s $BASE/v1/merchant/redemptions/capture -H "Authorization: Bearer $TILL" -H "$JSON" \
  -H "Idempotency-Key: $NO" -d '{
  "code": "'$CODE'", "offer_id": "'$OFFER'", "out_request_no": "'$NO'", "store_id": "'$STORE'"}'
#:
curl -s $BASE/v1/merchant/redemptions/$NO -H "Authorization: Bearer $TILL"
#:
curl -s $BASE/v1/merchant/redemptions/$NO/reverse -H "Authorization: Bearer $TILL" -H "$JSON" \
  -H "Idempotency-Key: $NO-back" -d '{"out_refund_no": "'$NO'-back", "reason": "The machine is broken."}'
#:
curl -s "$BASE/v1/merchant/redemptions?store_id=$STORE" -H "Authorization: Bearer $TILL"
#:
DAY=$(date -d '1 day ago' +%Y-%m-%d)
curl -s "$BASE/v1/merchant/bills?bill_date=$DAY&format=csv" -H "Authorization: Bearer $TILL"
