#!/usr/bin/env python3
"""A service with a known limit: it serves PERMITS requests at once, each for MILLISECONDS, and the others wait.

    permits.py PORT PERMITS MILLISECONDS COUNTS

Writes to COUNTS, at its end (SIGTERM), the requests that began in each second since its first one, and how long a request held
its place: timers end a little late, and a capacity is that of the service as it was.
"""
import asyncio, json, signal, sys, time

port, permits, service, path = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000, sys.argv[4]
arrivals, held = [], []
BODY = b'{"ok":true,"access_token":"t","refresh_token":"r","id":"1"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


async def serve(reader, writer, turn):
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            arrivals.append(time.monotonic())
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    await reader.readexactly(int(line.split(b":")[1]))
            async with turn:
                began = time.monotonic()
                await asyncio.sleep(service)
                held.append(time.monotonic() - began)
            writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    turn = asyncio.Semaphore(permits)
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    server = await asyncio.start_server(lambda r, w: serve(r, w, turn), "127.0.0.1", port, backlog=4096)
    async with server:
        await done.wait()


asyncio.run(main())
first = arrivals[0] if arrivals else 0
counts = {}
for at in arrivals:
    counts[int(at - first)] = counts.get(int(at - first), 0) + 1
with open(path, "w") as file:
    seconds = [counts.get(second, 0) for second in range(max(counts, default=-1) + 1)]
    json.dump({"arrivals": seconds, "heldMs": 1000 * sum(held) / max(1, len(held))}, file)
