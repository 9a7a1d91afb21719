"""Addresses that the safe client must refuse without a single connection, whoever gives them."""

# Names and what the resolver of the tests says of them; other names lie at a public address.
ANSWERS = {
    "loopback.example": ["127.0.0.1"],
    "loopback6.example": ["::1"],
    "any.example": ["0.0.0.0"],
    "ten.example": ["10.0.0.5"],
    "router.example": ["192.168.1.1"],
    "metadata.example": ["169.254.169.254"],
    "carrier.example": ["100.64.0.1"],
    "multicast.example": ["224.0.0.251"],
    "mapped.example": ["::ffff:10.0.0.1"],
    "scoped.example": ["fe80::1%eth0"],
    "unique.example": ["fd12:3456:789a::1"],
    "translated.example": ["64:ff9b::a00:1"],
    "teredo.example": ["2001:0:53aa:64c::1"],
    "sixtofour.example": ["2002:a00:1::1"],
    "nonsense.example": ["not an address"],
    "first-private.example": ["10.0.0.1", "93.184.216.34"],
    "last-private.example": ["93.184.216.34", "2606:2800:220:1::1", "127.0.0.1"],
    "one-of-many.example": [*(f"93.184.216.{number}" for number in range(1, 60)), "192.168.0.1"],
    "mixed6.example": ["2606:2800:220:1::1", "fe80::1"],
    "twice-over.example": ["93.184.216.34", "::ffff:93.184.216.34"],
    "localtest.example": ["127.0.0.1", "::1"],
    "xn--r8jz45g.example": ["10.1.2.3"],
}
PUBLIC = "93.184.216.34"

_HOSTS_BY_BLANKS = """
    127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.254 127.0.0.1. 2130706433 0x7f000001 0X7F.1 017700000001
    0177.0.0.1 0177.0.0.01 0x7f.0x0.0x0.0x1 0x7f.0.1 127.0.0x1 0000177.0.0.1 00000177.1 127.000.000.001
    %31%32%37.0.0.1 127%2e0%2e0%2e1 １２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1 127．0．0．1 127｡0｡0｡1 127.0.0.1。
    0 0.0.0.0 0x0 00 0.0 0.1.2.3 0.0.0.0.
    10.0.0.1 10.255.255.255 10.1 167772161 0x0a000001 012.0.0.1 172.16.0.1 172.31.255.254 2886729729
    192.168.0.1 192.168.1 192.168.255.255 3232235521 0xc0a80001 0300.0250.0.1 0xc0.0xa8.0.1
    169.254.169.254 169.254.0.1 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 0xa9.254.0251.254
    100.64.0.1 100.127.255.254 198.18.0.1 198.19.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.2.1 198.51.100.7
    203.0.113.9 192.88.99.1 224.0.0.1 224.0.0.251 239.255.255.250 233.252.0.1 240.0.0.1 254.1.2.3 255.255.255.255
    4294967295
    [::1] [::] [0:0:0:0:0:0:0:1] [::0001] [0000:0000:0000:0000:0000:0000:0000:0001] [::127.0.0.1] [::10.0.0.1]
    [::93.184.216.34] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:10.0.0.1] [::ffff:192.168.0.1] [::ffff:169.254.169.254]
    [::ffff:93.184.216.34] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::5db8:d822] [64:ff9b:1::10.0.0.1]
    [100::1] [100:0:0:1::1] [2001::1] [2001:0:7f00:1::] [2001:2::1] [2001:10::1] [2001:20::1] [2001:1::1] [2001:db8::1]
    [2002:7f00:1::1] [2002:c0a8:1::1] [2002:5db8:d822::1] [3fff::1] [3fff:fff::1] [5f00::1] [fc00::1] [fd00::1]
    [fdff:ffff:ffff::1] [fe80::1] [fe80::1%25eth0] [fe80::1%eth0] [febf::1] [fec0::1] [feff::1] [ff02::1] [ff0e::1]
    [ff05::1:3] [4000::1] [8000::1] [::2] [0:0:1::]
    localhost LOCALHOST localhost. localhost.. lOcAlHoSt ｌｏｃａｌｈｏｓｔ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ local%68ost local\u00adhost
    a.localhost www.localhost. localhost.localdomain ip6-localhost printer.local nas.lan router.home server.corp
    wiki.intranet db.internal metadata.google.internal box.home.arpa nodes.private hidden.onion local internal
    intranet wiki router metadata kubernetes a com example.org. example.org.. www.example.org。 .example.org ..
    a..example.org . ... 1.2.3.4.5 256.1.1.1 127.0.0.256 0x100000000 1.2.3.0x1000000 08.1.1.1 [::1 ::1] [::1]] [g::1]
    [1.2.3.4] [::127.0.0.1.] [::ffff:127.0.0] xn--. exa%00mple.org exa%20mple.org exa%2fmple.org
"""
_HOSTS = [*_HOSTS_BY_BLANKS.split(), f"{'a' * 64}.example", f"{'a.' * 127}example", *ANSWERS]

_SCHEMES_BY_BLANKS = """
    javascript:alert(1) JaVaScRiPt:alert(1) vbscript:x data:text/html,<p>x file:///etc/passwd file://localhost/etc/passwd
    file:/etc/passwd FILE:///c:/ ftp://example.org/x ftps://example.org/ sftp://example.org/ gopher://example.org:70/_x
    dict://example.org:11211/stats ldap://example.org/ jar:http://example.org!/ netdoc:///etc/passwd ws://example.org/
    wss://example.org/ mailto:a@example.org tel:123 about:blank blob:https://example.org/1 view-source:http://example.org/
    feed:https://example.org/ ssh://example.org/ telnet://example.org/ tftp://example.org/ git://example.org/
    chrome://settings intent://example.org/ urn:isbn:1 httpss://example.org/ unix:///run/docker.sock
    http+unix://%2Frun%2Fdocker.sock/ http:// https:// http://?x http://# https://:443/ http://@/ http://:80/
"""
_SCHEMES = _SCHEMES_BY_BLANKS.split()

_WHOLE = [
    # Credentials, and hosts that hide behind them.
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "https://:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://127.0.0.1@example.org/",
    "http://example.org:80@127.0.0.1/",
    "http://example.org%40@127.0.0.1/",
    "http://127.0.0.1\\@example.org/",
    "http://127.0.0.1#@example.org/",
    "http://127.0.0.1?@example.org/",
    # Ports of other services.
    *(
        f"http://example.org:{port}/"
        for port in (0, 1, 21, 22, 25, 81, 443443, 3306, 5432, 6379, 8000, 8080, 8443, 11211)
    ),
    *(f"https://example.org:{port}/" for port in (22, 444, 8443, 65535, 65536, -1)),
    "http://example.org:80:80/",
    "http://example.org:x/",
    "http://127.0.0.1:80/",
    "https://127.0.0.1:443/",
    "http://[::1]:80/",
    "http://127.0.0.1:22/",
    "http://2130706433:80/",
    # Slashes, blanks and cases that a strict parser reads otherwise than a browser.
    "http:///127.0.0.1/",
    "http:////127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http:/\\127.0.0.1/",
    "HTTP://127.0.0.1/",
    "hTTps://LocalHost/",
    "http://127.0.0.1\t/",
    "ht\ntp://127.0\r.0.1/",
    "\x01http://127.0.0.1/",
    "  http://127.0.0.1/  ",
    "http://127.0.0.1/#fragment",
    "http://127.0.0.1/?q=https://example.org/",
    "http://exa mple.org/",
    "http://exa<mple.org/",
    "http://\udcff.example.org/",
    "http://\u202egro.elpmaxe/",
    "https://" + "a" * 30_000 + ".example/",
]

# Only the address as a whole is read so; within a redirect these are names of places on the same site, or of none.
ONLY_GIVEN = [
    "http:127.0.0.1",
    "http:/127.0.0.1",
    "http://exa\u0000mple.org/",
    "",
    " ",
    "example.org",
    "127.0.0.1",
    "//127.0.0.1/",
    "/etc/passwd",
    "?q",
    "#top",
    "localhost:80",
    "[::1]",
    "\\\\127.0.0.1\\",
]
# These lead away from the site that sends them.
ONLY_REDIRECTS = [
    "//127.0.0.1/",
    "//localhost/",
    "//[::1]/x",
    "\\\\127.0.0.1\\",
    "/\\127.0.0.1/",
    "//2130706433",
    "//user@example.org/",
    "//example.org:22/",
    "///127.0.0.1/",
    "//loopback.example/",
]

EVERYWHERE = [
    *(f"http://{host}/" for host in _HOSTS),
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://localhost/",
    "https://loopback.example/x?y",
    *_SCHEMES,
    *_WHOLE,
]
