"""Telegram's HTML subset: what becomes of a text, and what Telegram refuses."""

from __future__ import annotations

import pytest

from bot.localtelegram.html import (
    Entity,
    FormattedText,
    MarkupError,
    finish,
    parse,
    render,
    utf16_length,
)


def test_the_tags_of_the_subset_become_entities() -> None:
    html = (
        "<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><ins>f</ins><s>g</s>"
        "<strike>h</strike><del>i</del><code>j</code><tg-spoiler>k</tg-spoiler>"
        '<span class="tg-spoiler">l</span><tg-emoji emoji-id="5368">m</tg-emoji>'
    )

    formatted = parse(html)

    assert formatted.text == "abcdefghijklm"
    assert [entity.type for entity in formatted.entities] == [
        *["bold"] * 2,
        *["italic"] * 2,
        *["underline"] * 2,
        *["strikethrough"] * 3,
        "code",
        *["spoiler"] * 2,
        "custom_emoji",
    ]


def test_blocks_keep_their_language_and_their_fold() -> None:
    html = (
        '<pre><code class="language-python">x</code></pre><pre>y</pre>'
        "<blockquote>z</blockquote><blockquote expandable>w</blockquote>"
    )

    assert parse(html).entities == (
        Entity("pre", 0, 1, "python"),
        Entity("pre", 1, 1),
        Entity("blockquote", 2, 1),
        Entity("expandable_blockquote", 3, 1),
    )


def test_a_link_gets_its_scheme_and_path_and_a_bad_one_stays_words() -> None:
    html = '<a href="t.me/kawal">satu</a> <a href="javascript:alert(1)">dua</a>'

    assert parse(html) == FormattedText(
        "satu dua", (Entity("text_link", 0, 4, "http://t.me/kawal"),)
    )


def test_offsets_count_utf16_units() -> None:
    formatted = parse("✅👩‍💼 <b>Selesai 👍</b>")

    (bold,) = formatted.entities
    assert (bold.offset, bold.length) == (utf16_length("✅👩‍💼 "), utf16_length("Selesai 👍"))
    assert formatted.length == bold.end


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&lt;b&gt; &amp; &quot;", '<b> & "'),
        ("&#65;&#x42;", "AB"),
        ("A &amp B", "A & B"),
        ("&nbsp;&apos;", "&nbsp;&apos;"),
        ("&#0; & &#9999999999;", "&#0; & &#9999999999;"),
        ('<a href="https://x.id/?a=1&amp;b=2">x</a>', "x"),
    ],
)
def test_character_references_are_decoded_as_telegram_does(html: str, text: str) -> None:
    assert parse(html).text == text


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("é <p>", 'Unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("1 <2", "Unclosed start tag at byte offset 2"),
        ("baris<br/>", 'Unsupported start tag "br/" at byte offset 5'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>x</b ", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        (
            "<b class>x</b>",
            'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0',
        ),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        (
            "&#xD800;",
            "Text contains invalid Unicode characters after decoding HTML entities, check for "
            "unmatched surrogate code units",
        ),
    ],
)
def test_wrong_markup_is_refused_in_telegrams_words(html: str, why: str) -> None:
    with pytest.raises(MarkupError) as refused:
        parse(html)

    assert str(refused.value) == why


def test_white_space_goes_off_both_ends_and_entities_move_along() -> None:
    assert finish(parse("\n  a <b>tebal </b> \n")) == FormattedText(
        "a tebal", (Entity("bold", 2, 5),)
    )


def test_formatting_inside_code_is_dropped() -> None:
    assert finish(parse("<code>a <b>b</b></code>")).entities == (Entity("code", 0, 3),)


def test_commands_links_and_addresses_are_found_by_themselves() -> None:
    text = "/status@kawal_bot lihat https://dpmptsp.id/sop. @kasubbag #lakip a.b@kota.go.id 1/2"

    found = {(e.type, text[e.offset : e.end]) for e in finish(FormattedText(text)).entities}

    assert found == {
        ("bot_command", "/status@kawal_bot"),
        ("url", "https://dpmptsp.id/sop"),
        ("mention", "@kasubbag"),
        ("hashtag", "#lakip"),
        ("email", "a.b@kota.go.id"),
    }


def test_what_looks_like_the_end_of_a_tag_is_no_command() -> None:
    assert finish(FormattedText("<b>tebal</b> atau </b")).entities == ()


def test_nothing_is_found_inside_code_and_links() -> None:
    html = '<code>/mulai</code> <a href="https://x.id/">/status</a>'

    assert [e.type for e in finish(parse(html)).entities] == ["code", "text_link"]


@pytest.mark.parametrize(
    "html",
    [
        "Yth. <b>Ibu <i>Dewi</i></b> &amp; <u>Pak &lt;Budi&gt;</u> 👍",
        '<a href="https://x.id/?a=1&amp;b=2">tautan</a>',
        '<pre><code class="language-yaml">nomor: 1</code></pre>',
        "<blockquote expandable>panjang</blockquote><tg-spoiler>x</tg-spoiler>",
    ],
)
def test_a_rendered_text_reads_as_it_was_written(html: str) -> None:
    assert render(parse(html)) == html
