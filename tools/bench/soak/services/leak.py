"""Flask under waitress: keeps 2,000 bytes of every request.

leak.py PORT. GET /kept returns how many bytes it holds.
"""
import os
import sys

from flask import Flask, jsonify
from waitress import serve

app = Flask(__name__)
kept = []


@app.get("/items/<int:number>")
def item(number):
    kept.append(os.urandom(2000))
    return jsonify(number=number)


@app.get("/kept")
def count():
    return jsonify(bytes=sum(map(len, kept)))


serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=4)
