BASE={base} CLIENT_ID=… CLIENT_SECRET=…
VERIFIER=$(curl -s $BASE/v1/auth/token -d grant_type=client_credentials \
  -d client_id=$CLIENT_ID -d client_secret=$CLIENT_SECRET | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
#:
curl -s $BASE/v1/verifiers/self/seats -H "Authorization: Bearer $VERIFIER"
#:
curl -s $BASE/v1/bundles -H "Authorization: Bearer $VERIFIER"
#:
curl -s $BASE/v1/registry/verifications
#:
curl -s $BASE/v1/registry/keys
