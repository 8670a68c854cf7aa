"""Certificates for a room of laptops and phones: made here on request, or looked at before use."""

import ipaddress
import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from openpractice.launch.datafolder import CannotStart

DAYS = 365


def check(cert: Path, key: Path) -> None:
    """Raises CannotStart unless the two files are a certificate in its time and its key."""
    for file, option in ((cert, "--cert"), (key, "--key")):
        if not os.access(file, os.R_OK):
            raise CannotStart("start-cert-unreadable", file=file, option=option)
    try:
        found = x509.load_pem_x509_certificate(cert.read_bytes())
    except ValueError:
        raise CannotStart("start-cert-not-pem", file=cert) from None
    now = datetime.now(UTC)
    if now > found.not_valid_after_utc:
        raise CannotStart("start-cert-expired", file=cert, day=found.not_valid_after_utc.date())
    if now < found.not_valid_before_utc:
        raise CannotStart("start-cert-early", file=cert, day=found.not_valid_before_utc.date(), today=now.date())
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except (ssl.SSLError, OSError):
        raise CannotStart("start-cert-key", key=key, file=cert) from None


def self_signed(folder: Path, hosts: list[str]) -> tuple[Path, Path]:
    """Certificate and key for these hosts, made once and again when they expire or a host is not in them."""
    cert, key = folder / "self-signed.pem", folder / "self-signed.key"
    if cert.exists() and key.exists():
        found = x509.load_pem_x509_certificate(cert.read_bytes())
        if found.not_valid_after_utc > datetime.now(UTC) and set(hosts) <= set(names_in(found)):
            return cert, key
    private = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Open Practice workshop")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks in a room differ
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    kept = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key.touch(0o600)
    key.write_bytes(kept)
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return cert, key


def general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def names_in(cert: x509.Certificate) -> list[str]:
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]
