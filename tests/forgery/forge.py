"""Forges access tokens with other people's libraries.

python3 forge.py GOOD_TOKEN SECRET NOW < nothing > a JSON list of [name, token, opens]

GOOD_TOKEN is one of the shop's own, SECRET what signed it, NOW the instant of the test in seconds. All but the first are
forgeries, those of somebody who knows the SECRET (a fault of ours, or another of our systems) included.
"""

import base64
import hashlib
import hmac
import json
import sys

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

good, secret, now = sys.argv[1], sys.argv[2], int(sys.argv[3])
header = jwt.get_unverified_header(good)
claims = jwt.decode(good, options={"verify_signature": False})
tokens = []

rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
rsa_public = rsa_key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def text(part):
    return part if isinstance(part, str) else json.dumps(part)


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(head, body, key=secret.encode(), digest=hashlib.sha256):
    """A token of which nothing is checked while it is made."""
    signed = encoded(text(head).encode()) + "." + encoded(text(body).encode())
    return signed + "." + encoded(hmac.new(key, signed.encode(), digest).digest())


def made(name, token, opens=False):
    tokens.append([name, token, opens])


def lib(head=None, body=None, key=secret, algorithm="HS256"):
    """A token as PyJWT makes it."""
    head = {name: value for name, value in {**header, **(head or {})}.items() if name != "alg" and value is not None}
    body = {name: value for name, value in {**claims, **(body or {})}.items() if value is not None}
    return jwt.encode(body, key, algorithm=algorithm, headers=head)


made("one that PyJWT made with our secret", lib(), opens=True)

# The algorithm
for none in ("none", "None", "nOnE", "NONE", ""):
    unsigned = raw({**header, "alg": none}, claims)
    made(f"alg {none!r} with a signature", unsigned)
    made(f"alg {none!r} without", unsigned.rsplit(".", 1)[0] + ".")
    made(f"alg {none!r} in two parts", unsigned.rsplit(".", 1)[0])
made("alg none as PyJWT makes it", jwt.encode(claims, None, algorithm="none", headers={"kid": header["kid"], "typ": "at+jwt"}))
made("HS256 with an RSA public key", raw(header, claims, key=rsa_public))
made("RS256 with a key of its own", lib(key=rsa_key, algorithm="RS256"))
made("HS384 with our secret", lib(algorithm="HS384"))
made("HS512 with our secret", lib(algorithm="HS512"))
made("alg hs256", raw({**header, "alg": "hs256"}, claims))
made("alg HS256 over a SHA-512", raw(header, claims, digest=hashlib.sha512))
made("an alg that is a list", raw({**header, "alg": ["HS256"]}, claims))
made("no alg", raw({"typ": "at+jwt", "kid": header["kid"]}, claims))

# The key
for kid in ("../../../../dev/null", "/dev/null", "' UNION SELECT '' -- ", "\u0000", header["kid"].upper(), header["kid"] + " ", ""):
    for key in (b"", secret.encode()):
        if kid != header["kid"]:
            made(f"kid {kid!r} and a key of {len(key)} bytes", raw({**header, "kid": kid}, claims, key=key))
made("no kid", lib({"kid": None}))
made("a kid that is a number", raw({**header, "kid": 7}, claims))
made("an empty key", raw(header, claims, key=b""))
made("another secret", raw(header, claims, key=b"another secret of at least thirty-two bytes"))
made("the secret in base64", raw(header, claims, key=base64.b64encode(secret.encode())))
jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key.public_key()))
for name, value in (("jku", "https://evil.example/jwks.json"), ("x5u", "https://evil.example/x.pem"), ("jwk", jwk)):
    made(f"{name} and RS256", lib({name: value, "kid": "evil"}, key=rsa_key, algorithm="RS256"))
    made(f"{name}, our kid and RS256", lib({name: value}, key=rsa_key, algorithm="RS256"))
    made(f"{name} and HS256 with the RSA public key", raw({**header, name: value}, claims, key=rsa_public))
made("a symmetric jwk of its own", raw({**header, "jwk": {"kty": "oct", "k": encoded(b"evil")}}, claims, key=b"evil"))

# The type
for typ in ("JWT", "at+JWT ", "jwt", "", None):
    made(f"typ {typ!r}", raw({**header, "typ": typ} if typ is not None else {k: header[k] for k in ("alg", "kid")}, claims))
made("crit of what nobody knows", raw({**header, "crit": ["evil"], "evil": True}, claims))
made("a refresh token as an access token", lib(body={"token_use": "refresh"}))
made("no token use", lib(body={"token_use": None}))

# The time
for name in ("exp", "iat", "iss", "aud", "sub", "sid", "jti"):
    made(f"no {name}", lib(body={name: None}))
made("expired an hour ago", lib(body={"iat": now - 7200, "exp": now - 3600}))
made("good for a year", lib(body={"exp": now + 365 * 86400}))
made("an exp of text", raw(header, {**claims, "exp": str(claims["exp"])}))
made("an exp with a fraction", raw(header, {**claims, "exp": claims["exp"] + 0.5}))
made("an exp of 1e400", raw(header, text(claims).replace(f'"exp": {claims["exp"]}', '"exp": 1e400')))
made("an exp of 2^64", raw(header, {**claims, "exp": 2**64}))
made("an exp that is null", raw(header, {**claims, "exp": None}))
made("an exp twice", raw(header, text(claims)[:-1] + f', "exp": {now + 3600}}}'))
made("an nbf in an hour", raw(header, {**claims, "nbf": now + 3600}))
made("an nbf of text", raw(header, {**claims, "nbf": "0"}))
made("an iat in an hour", raw(header, {**claims, "iat": now + 3600, "exp": now + 7200}))
made("a negative iat", raw(header, {**claims, "iat": -1}))

# For whom and by whom
for iss in ("evil", "Pavitra", "pavitra ", ["pavitra"], ["pavitra", "evil"], ""):
    made(f"iss {iss!r}", raw(header, {**claims, "iss": iss}))
for aud in ("pavitra-order", "pavitra-admin", "pavitra", ["evil", claims["aud"]], [claims["aud"]], "", {}):
    made(f"aud {aud!r}", raw(header, {**claims, "aud": aud}))
for sub in (1, 0, "0", "-1", "1.0", "+1 ", " 1", "admin", "1' OR '1'='1", "18446744073709551616", "", None, ["1"]):
    made(f"sub {sub!r}", raw(header, {**claims, "sub": sub}))
for sid in ("", "x", 7, None):
    made(f"sid {sid!r}", raw(header, {**claims, "sid": sid}))

# The form
head, body, signature = good.split(".")
made("a signature too few", f"{head}.{body}")
made("an empty signature", f"{head}.{body}.")
made("a signature that is cut off", good[:-4])
made("a signature that goes on", good + "AAAA")
made("a signature with padding", good + "=")
made("other claims under a good signature", f"{head}.{encoded(text({**claims, 'sub': '1'}).encode() + b' ')}.{signature}")
made("four parts", good + "." + signature)
made("two tokens", f"{good},{good}")
made("JSON", json.dumps({"protected": head, "payload": body, "signature": signature}))
made("a body that is a list", raw(header, [claims]))
made("a body that is nothing", raw(header, ""))
made("a head that is nested", raw(text(header)[:-1] + ', "x": ' + "[" * 500 + "]" * 500 + "}", claims, key=b"evil"))
made("a megabyte less a bit", "A" * 30000)

print(json.dumps(tokens))
