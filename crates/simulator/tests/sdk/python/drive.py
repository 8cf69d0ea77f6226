"""Drives the simulator with Razorpay's own client for Python, and checks its signatures with the client's own functions.

python3 drive.py URL KEY_ID KEY_SECRET WEBHOOK_SECRET
"""

import json
import queue
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

import razorpay
import requests
from razorpay.errors import BadRequestError, ServerError, SignatureVerificationError

url, key_id, key_secret, webhook_secret = sys.argv[1:]
client = razorpay.Client(auth=(key_id, key_secret), base_url=url)


def control(path, body, method="POST"):
    request = urllib.request.Request(f"{url}/_control/{path}", json.dumps(body).encode(), method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def refusal(kind, call):
    try:
        call()
    except kind as refused:
        return str(refused)
    raise AssertionError(f"no {kind.__name__}")


def an_order_is_made_fetched_and_listed():
    order = client.order.create({"amount": 1999, "currency": "INR", "receipt": "python-1", "notes": {"a": "अ"}})
    assert client.order.fetch(order["id"]) == order
    assert client.order.all({"receipt": "python-1"})["items"] == [order]
    plain = client.order.create({"amount": 100, "currency": "INR"})
    assert plain["notes"] == []
    assert client.order.edit(plain["id"], {"notes": {"b": "c"}})["notes"] == {"b": "c"}


def a_payment_is_fetched_and_captured_and_its_callback_verified():
    order = client.order.create({"amount": 1999, "currency": "INR", "payment_capture": 0})
    paid = control("pay", {"order_id": order["id"], "method": "netbanking"})
    callback = {name: value for name, value in paid.items() if name.startswith("razorpay_")}
    assert client.utility.verify_payment_signature(callback)
    forged = {**callback, "razorpay_payment_id": "pay_00000000000000"}
    refusal(SignatureVerificationError, lambda: client.utility.verify_payment_signature(forged))
    payment = client.payment.fetch(callback["razorpay_payment_id"])
    assert (payment["status"], payment["method"]) == ("authorized", "netbanking")
    captured = client.payment.capture(payment["id"], 1999, {"currency": "INR"})
    assert (captured["status"], captured["order_id"]) == ("captured", order["id"])
    assert client.order.payments(order["id"])["items"] == [captured]
    assert client.payment.all({"count": 1})["items"] == [captured]


def a_payment_is_refunded_with_a_key():
    order = client.order.create({"amount": 5000, "currency": "INR"})
    payment = control("pay", {"order_id": order["id"]})["razorpay_payment_id"]
    body = {"amount": 1000, "speed": "normal", "notes": {"why": "torn"}}
    headers = {"X-Refund-Idempotency": "python-key-1"}
    refund = client.payment.refund(payment, body, headers=dict(headers))
    assert client.payment.refund(payment, body, headers=dict(headers)) == refund
    other = {"amount": 1001}
    said = refusal(BadRequestError, lambda: client.payment.refund(payment, other, headers=dict(headers)))
    assert said.startswith("Different request with the same idempotency key"), said
    assert client.refund.fetch(refund["id"]) == refund
    assert client.payment.fetch_refund_id(payment, refund["id"]) == refund
    assert client.payment.fetch_multiple_refund(payment)["items"] == [refund]
    assert client.payment.fetch(payment)["amount_refunded"] == 1000


def errors_have_the_shape_that_the_client_expects():
    said = refusal(BadRequestError, lambda: client.order.create({"amount": 99, "currency": "INR"}))
    assert said == "Order amount less than minimum amount allowed"
    assert refusal(BadRequestError, lambda: client.order.fetch("order_1")) == "order_1 is not a valid id"
    stranger = razorpay.Client(auth=(key_id, "guess"), base_url=url)
    assert refusal(BadRequestError, lambda: stranger.order.all({})) == "Authentication failed"
    control("faults", {"fault": "server_error", "requests": 1})
    refusal(ServerError, lambda: client.order.all({}))
    control("faults", {"fault": "bad_gateway", "requests": 1})
    refusal(requests.exceptions.JSONDecodeError, lambda: client.order.all({}))
    control("faults", {"fault": "drop_reply", "requests": 1})
    refusal(requests.exceptions.ConnectionError, lambda: client.order.all({}))


def webhooks_are_verified():
    heard = queue.Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.put((self.headers["x-razorpay-signature"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    control("webhook", {"url": f"http://127.0.0.1:{server.server_port}/"}, method="PUT")
    notes = {"name": "आशा", "quote": '"\\/\u2028'}
    order = client.order.create({"amount": 1999, "currency": "INR", "notes": notes})
    control("pay", {"order_id": order["id"]})
    for _ in range(3):
        signature, body = heard.get(timeout=10)
        assert client.utility.verify_webhook_signature(body, signature, webhook_secret)
        verify = client.utility.verify_webhook_signature
        refusal(SignatureVerificationError, lambda: verify(body + " ", signature, webhook_secret))
        refusal(SignatureVerificationError, lambda: verify(body, signature, key_secret))
    assert json.loads(body)["payload"]["order"]["entity"]["notes"] == notes
    control("webhook", {"url": ""}, method="PUT")
    server.shutdown()


for step in (
    an_order_is_made_fetched_and_listed,
    a_payment_is_fetched_and_captured_and_its_callback_verified,
    a_payment_is_refunded_with_a_key,
    errors_have_the_shape_that_the_client_expects,
    webhooks_are_verified,
):
    step()
    print("ok:", step.__name__.replace("_", " "))
