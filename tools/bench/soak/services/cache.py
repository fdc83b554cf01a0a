"""aiohttp with an LRU cache from cachetools: entries of 8,000 bytes, one per request until it is full.

cache.py PORT ENTRIES. GET /kept returns how many bytes it holds.
"""
import itertools
import os
import sys

from aiohttp import web
from cachetools import LRUCache

cache = LRUCache(maxsize=int(sys.argv[2]))
turn = itertools.count()


async def item(request):
    key = next(turn)
    if key not in cache:
        cache[key] = os.urandom(8000)
    return web.json_response({"number": int(request.match_info["number"])})


async def count(request):
    return web.json_response({"bytes": sum(map(len, cache.values()))})


app = web.Application()
app.router.add_get("/items/{number}", item)
app.router.add_get("/kept", count)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
