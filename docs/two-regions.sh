#!/usr/bin/env bash
# Brings up a whole game in two regions of the sandbox, moves its players from blue to green, and tears everything down.
# docs/two-regions.md says what happens. MERIDIAN_URL and MERIDIAN_KEY say where and as whom.
set -euo pipefail

cd "$(dirname "$0")/.."
meridian() { node cli/meridian.cjs "$@"; }
say() { printf '\n== %s\n' "$*"; }

# A value in the JSON document on standard input, by the names that lead to it.
value() {
  node -e '
    const text = require("node:fs").readFileSync(0, "utf8");
    if (text === "") process.exit(1); // who should have written it has said why not
    console.log(process.argv.slice(1).reduce((inside, name) => inside?.[name], JSON.parse(text)) ?? "");
  ' "$@"
}

rollouts=()

# create <stack set> <blueprint> <regions>: inputs on standard input. The answer comes at once; the rollout waits for what it needs.
create() {
  local name=$1 blueprint=$2 id
  shift 2
  id=$(meridian stack-sets create "$name" --blueprint "$blueprint" --region "$@" --inputs "$(cat)" --json | value id)
  rollouts+=("$id")
  say "$name ($blueprint) in $*: $id"
}

# Follows every rollout that was begun to its end; the first that does not succeed ends the script.
finish() {
  local id
  for id in "${rollouts[@]}"; do meridian rollouts watch "$id"; done
  rollouts=()
}

say "Bringing up, each where what it needs is up"
create network network eu-west-1 us-east-1 <<'JSON'
{ "addresses": { "regions": ["eu-west-1", "us-east-1"] } }
JSON

create telemetry telemetry eu-west-1 us-east-1 <<'JSON'
{ "games": ["lifeverse"] }
JSON

create game game-servers eu-west-1 us-east-1 <<'JSON'
{
  "peakPlayers": 5000,
  "greenPercent": 0,
  "network": {
    "vpcId": { "from": "network", "output": "vpcId" },
    "vpcCidr": { "from": "network", "output": "vpcCidr" },
    "zones": { "from": "network", "output": "zones" },
    "publicSubnetIds": { "from": "network", "output": "publicSubnetIds" },
    "privateSubnetIds": { "from": "network", "output": "privateSubnetIds" }
  },
  "telemetry": {
    "streamName": { "from": "telemetry", "output": "streamName" },
    "streamArn": { "from": "telemetry", "output": "streamArn" },
    "writerPolicyArn": { "from": "telemetry", "output": "writerPolicyArn" }
  }
}
JSON

create events event-service eu-west-1 us-east-1 <<'JSON'
{
  "scheduleStore": { "homeRegion": "eu-west-1", "replicaRegions": ["us-east-1"] },
  "telemetry": {
    "streamName": { "from": "telemetry", "output": "streamName" },
    "streamArn": { "from": "telemetry", "output": "streamArn" },
    "writerPolicyArn": { "from": "telemetry", "output": "writerPolicyArn" }
  }
}
JSON

create edge edge us-east-1 <<'JSON'
{
  "origins": [
    {
      "region": "eu-west-1",
      "endpointArn": { "from": "game", "output": "lobbyLoadBalancerArn", "region": "eu-west-1" },
      "dnsName": { "from": "game", "output": "lobbyDnsName", "region": "eu-west-1" },
      "hostedZoneId": { "from": "game", "output": "lobbyHostedZoneId", "region": "eu-west-1" }
    },
    {
      "region": "us-east-1",
      "endpointArn": { "from": "game", "output": "lobbyLoadBalancerArn", "region": "us-east-1" },
      "dnsName": { "from": "game", "output": "lobbyDnsName", "region": "us-east-1" },
      "hostedZoneId": { "from": "game", "output": "lobbyHostedZoneId", "region": "us-east-1" }
    }
  ]
}
JSON

create watch observability eu-west-1 us-east-1 <<'JSON'
{
  "runbookBaseUrl": "https://meridian.example.com/runbooks",
  "services": [
    {
      "kind": "load-balancer",
      "name": "lobby",
      "loadBalancer": { "from": "game", "output": "lobbyLoadBalancerName" },
      "objectives": [{ "kind": "availability", "target": "99.9" }]
    },
    {
      "kind": "http-api",
      "name": "game-events",
      "apiId": { "from": "events", "output": "apiId" },
      "objectives": [{ "kind": "latency", "target": "99", "thresholdMillis": 500 }]
    }
  ]
}
JSON
finish

say "What players and operators have"
meridian stack-sets get game
meridian stacks get edge.sandbox.us-east-1
meridian stacks get watch.sandbox.eu-west-1

say "From blue to green, in steps"
for percent in 10 50 100; do
  meridian stack-sets update game --inputs "{\"greenPercent\": $percent}" --watch
done
for region in eu-west-1 us-east-1; do
  percent=$(meridian stacks get "game.sandbox.$region" --json | value outputs greenPercent)
  echo "$region: $percent % of new players meet green"
  [ "$percent" = 100 ]
done

say "What others need cannot go first"
if meridian stack-sets delete network; then exit 1; fi

say "Tearing down: asked for in order, done in order"
for name in watch edge events game telemetry network; do
  rollouts+=("$(meridian stack-sets delete "$name" --json | value id)")
done
finish

say "Nothing is left"
left=$(meridian stacks list --json | value items length)
things=$(curl --silent --fail --header "Authorization: Bearer ${MERIDIAN_KEY:-}" \
  "${MERIDIAN_URL:-http://127.0.0.1:8080}/v1/sandbox/resources" | value items length)
echo "$left stacks, $things things in the simulated cloud"
[ "$left" = 0 ] && [ "$things" = 0 ]
