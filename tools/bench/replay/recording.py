#!/usr/bin/env python3
"""Writes a capture file of HTTP/1.1 sessions to replay.

recording.py FILE.pcap --sessions N --requests N [--gap MS] [--start-gap MS] [--varied] [--endpoints N] [--port P]
             [--login | --jwt ALG]

Each session has one connection and its own bearer token. --varied mixes methods, paths, bodies and response sizes.
--login begins each with a login whose response has three values that all later requests use; with --jwt the token
is a JSON Web Token that no response contains, valid for 15 minutes.
"""
import argparse
import base64
import json
import random
import struct

arguments = argparse.ArgumentParser()
arguments.add_argument("file")
arguments.add_argument("--sessions", type=int, default=100)
arguments.add_argument("--requests", type=int, default=1000)
arguments.add_argument("--gap", type=float, default=1000, help="between requests of a session, in ms")
arguments.add_argument("--start-gap", type=float, default=1, help="between starts of sessions, in ms")
arguments.add_argument("--varied", action="store_true")
arguments.add_argument("--port", type=int, default=80)
arguments.add_argument("--endpoints", type=int, default=1, help="different paths, without numbers that mean any")
arguments.add_argument("--login", action="store_true")
arguments.add_argument("--jwt", help="how the token is signed, as its header says")
options = arguments.parse_args()
draw = random.Random(1)

SERVER = 0x0A000001
RESPONSE = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/plain\r\nContent-Length: 22\r\nConnection: keep-alive\r\n\r\nhello world of replay\n"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"


def response(body):
    return (f"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Connection: keep-alive\r\n\r\n{body}").encode()


def jwt(number):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
    return part({"alg": options.jwt, "typ": "JWT"}) + "." + part(
        {"sub": f"person{number}@example.com", "jti": f"{draw.getrandbits(128):032x}", "iat": 1_700_000_000,
         "exp": 1_700_000_900}) + "." + f"{draw.getrandbits(1024):0256x}"


def login(number):
    """A login: the request, the values of its response, and that."""
    values = {"token": f"{draw.getrandbits(192):048x}", "account": f"{draw.getrandbits(64):016x}",
              "csrf": f"{draw.getrandbits(128):032x}"}
    body = json.dumps({"device": f"{draw.getrandbits(64):016x}"})
    head = (f"POST /login HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    return (head + body).encode(), values, response(json.dumps(values, separators=(",", ":")))


def bound_request(values, index):
    return (f"GET /items/{index % 50}?account={values['account']} HTTP/1.1\r\nHost: api.example.com\r\n"
            f"User-Agent: {AGENT}\r\nAccept: */*\r\nAuthorization: Bearer {values['token']}\r\n"
            f"X-CSRF-Token: {values['csrf']}\r\n\r\n").encode()


def request(token, index):
    if not options.varied:
        kind = index % options.endpoints
        name = "items" if options.endpoints == 1 else f"kind-{chr(97 + kind // 26)}{chr(97 + kind % 26)}/items"
        return (f"GET /{name}/{index % 50} HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: {AGENT}\r\n"
                f"Accept: */*\r\nAuthorization: Bearer {token}\r\n\r\n").encode()
    method = draw.choice(["GET"] * 6 + ["POST", "PUT", "DELETE"])
    body = ("{\"value\":\"" + "x" * draw.randrange(900) + "\"}") if method in ("POST", "PUT") else ""
    length = f"Content-Length: {len(body)}\r\nContent-Type: application/json\r\n" if body else ""
    cookie = "Cookie: theme=dark; lang=en\r\n" if draw.random() < 0.5 else ""
    return (f"{method} /v1/{draw.choice(['users', 'items', 'orders'])}/{draw.randrange(1000)}?page={draw.randrange(9)} "
            f"HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: {AGENT}\r\nAccept: */*\r\n{cookie}"
            f"Authorization: Bearer {token}\r\n{length}\r\n{body}").encode()


def packets(number):
    client = 0x0A010000 + number
    port = 20000 + number % 40000
    token = jwt(number) if options.jwt else f"{draw.getrandbits(192):048x}"
    if options.login:
        first, values, answer = login(number)
    up, down = 1000, 5000
    at = int(number * options.start_gap * 1e6)

    def packet(to_server, flags, payload=b""):
        source, target = (client, SERVER) if to_server else (SERVER, client)
        ports = (port, options.port) if to_server else (options.port, port)
        tcp = struct.pack(">HHIIBBHHH", *ports, up if to_server else down, down if to_server else up, 5 << 4, flags,
                          65535, 0, 0)
        ip = struct.pack(">BBHHHBBHII", 0x45, 0, 40 + len(payload), 0, 0x4000, 64, 6, 0, source, target)
        return at, ip + tcp + payload

    yield packet(True, 0x02)
    up += 1
    yield packet(False, 0x12)
    down += 1
    yield packet(True, 0x10)
    for index in range(options.requests):
        message, reply = request(token, index), RESPONSE
        if options.login:
            message, reply = (first, answer) if index == 0 else (bound_request(values, index), RESPONSE)
        yield packet(True, 0x18, message)
        up += len(message)
        at += 500_000
        yield packet(False, 0x18, reply)
        down += len(reply)
        at += int(options.gap * 1e6) - 500_000
    yield packet(True, 0x11)
    up += 1
    yield packet(False, 0x11)


everything = [entry for number in range(options.sessions) for entry in packets(number)]
everything.sort(key=lambda entry: entry[0])
with open(options.file, "wb") as out:
    # pcap with nanoseconds, link type 101: raw IP.
    out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 101))
    for at, data in everything:
        out.write(struct.pack("<IIII", 1_700_000_000 + at // 10**9, at % 10**9, len(data), len(data)) + data)
