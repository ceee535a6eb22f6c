"""The HTML subset of Telegram messages: text and entities, both ways.

Source of the rules: "Formatting options" of the Bot API. Offsets and lengths of entities
count UTF-16 code units, as Telegram's do; the byte offsets in error messages count UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

_TAGS = {
    "bold": ("b", "strong"),
    "italic": ("i", "em"),
    "underline": ("u", "ins"),
    "strikethrough": ("s", "strike", "del"),
    "spoiler": ("tg-spoiler", "span"),
    "code": ("code",),
    "pre": ("pre",),
    "text_link": ("a",),
    "blockquote": ("blockquote",),
    "custom_emoji": ("tg-emoji",),
}
"""The tags of each entity; `render` writes the first of them."""

_ENTITY_OF_TAG = {tag: entity for entity, tags in _TAGS.items() for tag in tags}

# Entities that Telegram finds by itself in any text.
_FOUND = {
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII),
    "url": re.compile(r"(?<!\w)(?:https?://|t\.me/)[^\s<>\"']*[^\s<>\"'.,;:!?)]"),
    "bot_command": re.compile(
        r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"
    ),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,256}"),
}
FOUND_BY_ITSELF = frozenset({*_FOUND, "phone_number", "cashtag"})
FORMATTING = frozenset({*_TAGS, "expandable_blockquote"})

_CHARACTER = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s=>]+)\s*(?:=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<bare>[A-Za-z0-9.-]*)(?=[\s>])))?"
)
_FILLED = re.compile(r"\S")
_NAME_END = re.compile(r"[\s>]")
_END = re.compile(r"</([^\s>]*)\s*>")


class MarkupError(ValueError):
    """Markup that Telegram refuses; the message is Telegram's own explanation."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A formatted or recognised stretch of a text, in UTF-16 code units.

    `argument` is the link of a text_link, the language of a pre, the id of a custom_emoji.
    """

    type: str
    offset: int
    length: int
    argument: str | None = None

    @property
    def end(self) -> int:
        """The first unit behind the entity."""
        return self.offset + self.length

    def as_json(self) -> dict[str, object]:
        """The entity as the Bot API writes it."""
        value: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        name = {"text_link": "url", "pre": "language", "custom_emoji": "custom_emoji_id"}
        if self.argument is not None and self.type in name:
            value[name[self.type]] = self.argument
        return value


@dataclass(frozen=True, slots=True)
class FormattedText:
    """Plain text with its entities, ordered by offset and, at one offset, the longest first."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        """The length that Telegram's limits count: UTF-16 code units."""
        return utf16_length(self.text)


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units of `text`."""
    return len(text) + sum(character > "\uffff" for character in text)


def checked_link(url: str) -> str:
    """`url` as Telegram keeps it, with the scheme and path it adds.

    Raises:
        ValueError: Telegram accepts no such link; the message says why, in its words.
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    if scheme is None:
        url = f"http://{url}"
    elif scheme[1].lower() in {"tg", "ton"}:
        return url
    elif scheme[1].lower() not in {"http", "https"}:
        raise ValueError("Unsupported URL protocol")
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("URL host is empty")
    if "." not in parts.hostname.strip(".") or re.search(r"\s", url):
        raise ValueError("Wrong HTTP URL")
    return parts._replace(path=parts.path or "/").geturl()


@dataclass(slots=True)
class _OpenTag:
    """A start tag whose end has not come yet."""

    name: str
    argument: str
    offset: int
    text_index: int


class _Parser:
    """One pass over a text in HTML."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._text: list[str] = []
        self._offset = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        while self._at < len(self._html):
            if self._html.startswith("</", self._at):
                self._end_tag()
            elif self._html[self._at] == "<":
                self._start_tag()
            else:
                text = self._html[self._at :].partition("<")[0]
                self._at += len(text)
                self._write(_decode(text))
        if self._open:
            name = self._open[-1].name
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{name}"')
        return FormattedText("".join(self._text), tuple(_ordered(self._entities)))

    def _write(self, text: str) -> None:
        self._text.append(text)
        self._offset += utf16_length(text)

    def _where(self, index: int) -> str:
        return f"at byte offset {len(self._html[:index].encode())}"

    def _start_tag(self) -> None:
        begin = self._at
        stop = _NAME_END.search(self._html, begin)
        if stop is None:
            raise MarkupError(f"Unclosed start tag {self._where(begin)}")
        self._at = stop.start()
        name = self._html[begin + 1 : self._at].lower()
        if name not in _ENTITY_OF_TAG:
            raise MarkupError(f'Unsupported start tag "{name}" {self._where(begin)}')
        argument = ""
        for attribute, value in self._attributes(name, begin):
            match (name, attribute):
                case ("a", "href") | ("tg-emoji", "emoji-id"):
                    argument = value
                case ("code", "class") if value.startswith("language-"):
                    argument = value.removeprefix("language-")
                case ("span", "class") if value.startswith("tg-"):
                    argument = value.removeprefix("tg-")
                case ("blockquote", "expandable"):
                    argument = "expandable"
        if name == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" {self._where(begin)}')
        self._open.append(_OpenTag(name, argument, self._offset, len(self._text)))

    def _attributes(self, tag: str, begin: int) -> Iterable[tuple[str, str]]:
        while True:
            filled = _FILLED.search(self._html, self._at)
            if filled is None:
                raise MarkupError(f"Unclosed start tag {self._where(begin)}")
            self._at = filled.start()
            if self._html[self._at] == ">":
                self._at += 1
                return
            found = _ATTRIBUTE.match(self._html, self._at)
            if found is None:
                where = self._where(begin)
                raise MarkupError(f'Empty attribute name in the tag "{tag}" {where}')
            rest = self._html[found.end() : found.end() + 1]
            if rest == "=":
                # A quote that never closes, or a bare value with forbidden characters.
                raise MarkupError(f"Unclosed start tag {self._where(begin)}")
            self._at = found.end()
            literal = found["double"] if found["double"] is not None else found["single"]
            if literal is not None:
                yield found["name"], _decode(literal)
            elif found["bare"] is not None:
                yield found["name"], found["bare"].lower()
            elif (tag, found["name"]) == ("blockquote", "expandable"):
                yield found["name"], ""
            else:
                raise MarkupError(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag}" {self._where(begin)}'
                )

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise MarkupError(f"Unexpected end tag {self._where(begin)}")
        found = _END.match(self._html, begin)
        if found is None:
            raise MarkupError(f"Unclosed end tag {self._where(begin)}")
        tag = self._open[-1]
        name = found[1].lower()
        if name and name != tag.name:
            raise MarkupError(
                f'Unmatched end tag {self._where(begin)}, expected "</{tag.name}>", '
                f'found "</{name}>"'
            )
        self._at = found.end()
        self._open.pop()
        if self._offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        kind, argument = _ENTITY_OF_TAG[tag.name], tag.argument or None
        if tag.name == "a":
            try:
                argument = checked_link(argument or "".join(self._text[tag.text_index :]))
            except ValueError:
                return  # Telegram shows the words of a bad link without linking them.
        elif tag.name == "tg-emoji":
            if not re.fullmatch(r"[1-9][0-9]{0,18}", tag.argument):
                raise MarkupError("Invalid custom emoji identifier specified")
        elif tag.name == "blockquote":
            kind = "expandable_blockquote" if argument else "blockquote"
            argument = None
        elif tag.name == "span":
            argument = None
        entity = Entity(kind, tag.offset, self._offset - tag.offset, argument)
        last = self._entities[-1] if self._entities else entity
        same = (last.offset, last.length) == (entity.offset, entity.length)
        if tag.name == "pre" and last.type == "code" and same:
            # <pre><code class="language-…"> is one block with a language.
            self._entities[-1] = Entity("pre", last.offset, last.length, last.argument)
        else:
            self._entities.append(entity)


def _decode(text: str) -> str:
    return _CHARACTER.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found["name"] is not None:
        # Telegram shows a name it does not know, such as &nbsp;, letter by letter.
        return _NAMED.get(found["name"], found[0])
    code = int(found["hex"], 16) if found["hex"] is not None else int(found["dec"])
    if not 0 < code < 0x10FFFF or len(found[0]) > 10:
        return found[0]
    if 0xD800 <= code <= 0xDFFF:
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code)


def _ordered(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def parse(html: str) -> FormattedText:
    """The text and entities that Telegram makes of `html`.

    Nothing is trimmed and nothing is recognised by itself yet: `finish` does that.

    Raises:
        MarkupError: a tag that Telegram does not support, does not close or nests wrongly.
    """
    return _Parser(html).parse()


def finish(written: FormattedText) -> FormattedText:
    """What Telegram keeps: white space off both ends, its own entities added.

    Formatting inside code and pre is dropped; commands, links, mentions, hashtags and
    addresses are recognised outside of code and given links.
    """
    text = written.text.rstrip()
    first = min((e.offset for e in written.entities), default=len(text))
    cut = min(len(text) - len(text.lstrip()), first)
    text = text[cut:]
    length = utf16_length(text)
    kept = [
        Entity(e.type, e.offset - cut, min(e.length, length - e.offset + cut), e.argument)
        for e in written.entities
        if e.offset - cut < length
    ]
    solid = [e for e in kept if e.type in {"code", "pre"}]
    kept = [
        e
        for e in kept
        if not any(e is not s and s.offset <= e.offset and e.end <= s.end for s in solid)
    ]
    taken = [e for e in kept if e.type in {"code", "pre", "text_link"} | FOUND_BY_ITSELF]
    for kind, pattern in _FOUND.items():
        for found in pattern.finditer(text):
            start = utf16_length(text[: found.start()])
            entity = Entity(kind, start, utf16_length(found[0]))
            if not any(e.offset < entity.end and entity.offset < e.end for e in taken):
                kept.append(entity)
                taken.append(entity)
    return FormattedText(text, tuple(_ordered(kept)))


def render(formatted: FormattedText) -> str:
    """`formatted` as HTML of Telegram's subset; entities found by themselves stay plain."""
    units = formatted.text.encode("utf-16-le")

    def plain(start: int, end: int) -> str:
        return escape(units[2 * start : 2 * end].decode("utf-16-le"), quote=False)

    def within(start: int, end: int, entities: list[Entity]) -> str:
        parts, at = [], start
        while entities:
            entity = entities.pop(0)
            if entity.offset < at or entity.end > end:
                continue  # An overlap, which only hand-made entities can have.
            inner = [e for e in entities if e.offset < entity.end]
            del entities[: len(inner)]
            opening, closing = _tags(entity)
            parts.append(plain(at, entity.offset))
            parts.append(f"{opening}{within(entity.offset, entity.end, inner)}{closing}")
            at = entity.end
        parts.append(plain(at, end))
        return "".join(parts)

    drawn = [e for e in formatted.entities if e.type in FORMATTING]
    return within(0, len(units) // 2, drawn)


def _tags(entity: Entity) -> tuple[str, str]:
    argument = escape(entity.argument or "")
    match entity.type:
        case "text_link":
            return f'<a href="{argument}">', "</a>"
        case "custom_emoji":
            return f'<tg-emoji emoji-id="{argument}">', "</tg-emoji>"
        case "pre" if argument:
            return f'<pre><code class="language-{argument}">', "</code></pre>"
        case "pre":
            return "<pre>", "</pre>"
        case "expandable_blockquote":
            return "<blockquote expandable>", "</blockquote>"
    tag = _TAGS[entity.type][0]
    return f"<{tag}>", f"</{tag}>"
