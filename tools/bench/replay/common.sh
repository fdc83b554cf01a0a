# Sourced by the benchmarks of this folder: a target on one processor, clients on the other, all on loopback.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
reprise=${REPRISE:-$root/.build/release/reprise}
target_cpu=${TARGET_CPU:-0}
client_cpu=${CLIENT_CPU:-1}
port=${PORT:-18090}
work=$(mktemp -d)

for tool in nginx python3 taskset; do
    command -v "$tool" >/dev/null || { echo "needs $tool" >&2; exit 1; }
done
ulimit -n "$(ulimit -Hn)"

# The answer of nginx to logins: values of the same length as those of recording.py --login.
login='{"token":"0123456789abcdef0123456789abcdef0123456789abcdef","account":"0123456789abcdef","csrf":"fedcba9876543210fedcba9876543210"}'

# nginx on its processor: plain HTTP on $port, TLS 1.3 with HTTP/2 on $((port + 1)), its own count of connections at /status.
start_nginx() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
    cat >"$work/nginx.conf" <<END
worker_processes 1;
worker_rlimit_nofile $(ulimit -Hn);
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections $(($(ulimit -Hn) - 500)); }
http {
  log_format spoken '\$server_protocol \$ssl_protocol';
  access_log ${ACCESS_LOG:-off};
  keepalive_requests 100000000;
  keepalive_timeout 600s;
  http2_max_requests 100000000;
  server {
    listen 127.0.0.1:$port backlog=16384;
    location / { return 200 "hello world of replay\n"; }
    location = /login { default_type application/json; return 200 '$login'; }
    location = /status { stub_status; }
  }
  server {
    listen 127.0.0.1:$((port + 1)) ssl http2 backlog=16384;
    ssl_certificate $work/cert.pem;
    ssl_certificate_key $work/key.pem;
    ssl_protocols TLSv1.3;
    location / { return 200 "hello world of replay\n"; }
  }
}
END
    taskset -c "$target_cpu" nginx -c "$work/nginx.conf" -g "daemon on;" 2>>"$work/error.log"
    trap stop_nginx EXIT
}

stop_nginx() {
    [ -f "$work/nginx.pid" ] && kill "$(cat "$work/nginx.pid")"
    rm -rf "$work"
}

# recording NAME ARGUMENTS…: a session log of recording.py's sessions, as $work/NAME.rlog
recording() {
    local name=$1
    shift
    "$here/recording.py" "$work/$name.pcap" "$@"
    "$reprise" capture -r "$work/$name.pcap" -o "$work/$name.rlog" 2>/dev/null >/dev/null
    rm "$work/$name.pcap"
}

# replay ARGUMENTS…: a replay on the client's processor; its summary is $work/run/summary.json
replay() {
    taskset -c "$client_cpu" "$reprise" replay "$@" -o "$work/run" --force --json >"$work/out.json" 2>"$work/run.log" ||
        { cat "$work/run.log" >&2; return 1; }
}

# figure PATH: a figure of the last replay's summary (sendLagMs.p99)
figure() {
    python3 - "$work/run/summary.json" "$1" <<'END'
import json, sys
value = json.load(open(sys.argv[1]))
for step in sys.argv[2].split("."):
    value = value[step]
print(f"{value:.3f}" if isinstance(value, float) else value)
END
}

ratio() { python3 -c "print(f'{$1 / $2:.2f}')"; }
