"""Runs as a whole: starting one, watching it, and what it came to."""

from __future__ import annotations

from bot.chat.keyboards import (
    Choose,
    DocumentKind,
    GetDocument,
    Invite,
    PagedView,
    PickProcedure,
    StartRun,
    TurnPage,
    button,
)
from bot.chat.paging import PAGE_LIMIT, Block, Message, Turning, paged, that_fit
from bot.chat.texts import detours, units, voice
from bot.chat.texts.voice import ACTIVITY, AWAITED, NAME, TITLE, Voice
from bot.domain.documents import Format
from bot.domain.run import Run
from bot.indonesian import distance
from bot.ui.markup import bold, gathered, safe
from bot.usecases.views import (
    HistoryView,
    LateView,
    RunView,
    StartedView,
    StartMenuView,
    StartQuestionView,
    StatusView,
    SummaryView,
    Talk,
    VacantView,
)

CHOICES = 80
"""Buttons on one message; Telegram takes a hundred."""

_SHOWN_RUNNING = 3


def start_menu(view: StartMenuView) -> Message:
    """Which procedure to start."""
    if not view.choices:
        return Message("Belum ada prosedur yang dapat dimulai.")
    parts = ["Prosedur mana yang akan dimulai? Sebelum dimulai, kami bertanya sekali lagi."]
    lines = [
        f"{number}. {safe(procedure.title, TITLE)}, tahun {year}"
        for number, (procedure, year) in enumerate(view.choices, start=1)
    ]
    parts.append("\n".join(that_fit(lines, PAGE_LIMIT - 400)))
    if len(view.choices) > CHOICES:
        parts.append("Prosedur lainnya dimulai dengan mengetik /mulai_ diikuti kodenya.")
    rows = tuple(
        (button(f"{number}. {voice.short(procedure)} · {year}", PickProcedure(procedure.code)),)
        for number, (procedure, year) in enumerate(view.choices[:CHOICES], start=1)
    )
    return Message("\n\n".join(parts), rows)


def start_question(view: StartQuestionView, say: Voice) -> Message:
    """Whether to start, for the year at hand, where runs for it may be under way."""
    name = voice.title(view.procedure, view.year)
    code = view.procedure.code
    other = f"Untuk tahun lain, ketik /mulai_{code} diikuti tahunnya, misalnya:"
    hint = f"{other}\n<code>/mulai_{code} {view.year - 1}</code>"
    tap = StartRun(code, view.year, view.seen)
    parts = [f"Mulai pelaksanaan {name}?"]
    go = button(f"Mulai untuk tahun {view.year}", tap, "success")
    if view.running:
        parts = [f"Pelaksanaan {name} sudah berjalan:"]
        parts += ["\n".join(_under_way(run, say)) for run in view.running[:_SHOWN_RUNNING]]
        if len(view.running) > _SHOWN_RUNNING:
            parts.append(f"dan {len(view.running) - _SHOWN_RUNNING} lainnya")
        parts.append("Apakah memang perlu memulai satu lagi?")
        go = button(f"Mulai satu lagi untuk tahun {view.year}", tap, "danger")
    parts += [hint, "Bila tidak jadi, pesan ini boleh diabaikan."]
    return Message("\n\n".join(parts), ((go,),))


def started(view: StartedView, say: Voice) -> Message:
    """A run has begun."""
    run = view.run
    steps = len(run.procedure.steps)
    parts = [f"Pelaksanaan {say.run(run)} sudah dimulai."]
    parts += ["\n".join(say.current(current, steps)) for current in view.current[:2]]
    if view.forecast:
        parts.append(f"Bila semua tepat waktu, selesai {bold(say.moment(view.forecast))}.")
    return Message("\n\n".join(parts))


def status(view: StatusView, page: int, say: Voice) -> Message:
    """The runs under way."""
    if not view.runs and not view.groups:
        whose = "" if view.whole_office else " dan melibatkan Bapak/Ibu"
        return Message(f"Tidak ada pelaksanaan yang berjalan{whose}.")
    where = " di seluruh kantor" if view.whole_office else ""
    count = len(view.runs) + len(view.groups)
    head = bold(f"Pelaksanaan yang berjalan{where} ({count})")
    blocks = [
        Block(
            _running(f"{number}. ", run, say),
            rows=((voice.picture(run.run.id, _numbered(number, run.run)),),),
        )
        for number, run in enumerate(view.runs, start=1)
    ]
    blocks += [
        units.folded(number, group)
        for number, group in enumerate(view.groups, start=len(view.runs) + 1)
    ]
    all_of_them = GetDocument(DocumentKind.OFFICE_PICTURE, Format.PNG, "kantor")
    foot = ((button("📊 Semuanya dalam satu gambar", all_of_them),),)
    return paged(head, blocks, page, Turning(PagedView.STATUS), foot=foot)


def summary(view: SummaryView, page: int, say: Voice) -> Message:
    """What a run came to: planned and actual, step by step."""
    run = view.run
    name = say.run(run)
    on_time = sum(row.figures.late is None for row in view.rows)
    facts = [f"Dimulai: {say.moment(run.started_at)}"]
    if view.halt:
        facts += detours.halted(view.halt, say).split("\n")
        facts.append(
            f"Selesai sebelumnya: {run.steps_done} dari {len(run.procedure.steps)} langkah"
        )
        opening = f"Pelaksanaan {name} berakhir sebelum selesai."
    else:
        if run.finished_at:
            facts.append(f"Selesai: {bold(say.moment(run.finished_at))}")
        facts += [
            f"Rencana selesai: {say.moment(view.planned_end)}",
            f"Hasil: {bold(voice.punctual(view.late))}; "
            f"{on_time} dari {len(view.rows)} langkah tepat waktu",
        ]
        opening = f"🏁 Pelaksanaan {name} telah selesai. Terima kasih atas kerja samanya."
    blocks = [Block(tuple(facts)), *detours.blocks(view.detours, say)]
    blocks += [
        Block(
            (
                voice.step_line(row.figures.step, row.repetitions),
                voice.measured(row),
                say.signature(row),
            )
        )
        for row in view.rows
    ]
    return paged(
        f"Ringkasan · {name}",
        blocks,
        page,
        Turning(PagedView.RINGKAS, str(run.id)),
        opening=f"{voice.hail(view.greeting)}\n\n{opening}",
    )


def history(view: HistoryView, page: int, say: Voice) -> Message:
    """Finished runs, the newest first."""
    if not view.rows:
        return Message("Belum ada pelaksanaan yang selesai.")
    head = bold(f"Pelaksanaan yang sudah selesai ({len(view.rows)})")
    blocks = [_ended(number, row, say) for number, row in enumerate(view.rows, start=1)]
    return paged(head, blocks, page, Turning(PagedView.RIWAYAT))


def late(view: LateView, say: Voice) -> Message:
    """Somebody else's task is late: an escalation, or that the office waits."""
    run, current = view.run, view.current
    address = view.greeting.address
    whom = say.awaited(current)
    if view.waiting:
        opening = f"Sebagai informasi, pelaksanaan berikut {AWAITED[current.step.kind]} {whom}."
    else:
        by = f" {bold(distance(current.late))}" if current.late else ""
        opening = f"⚠️ Izin melaporkan, langkah berikut terlambat{by}."
    number = current.step.number
    facts = [bold(safe(current.step.activity.text, ACTIVITY))]
    if not view.waiting:
        facts.append(f"Pelaksana: {whom}")
    if current.step.all_must_confirm:
        facts.append(voice.counted(current.confirmed, current.required))
    facts.append(f"Tenggat: {say.moment(current.task.due_at)}")
    parts = [
        voice.hail(view.greeting),
        opening,
        voice.heading(view.sop, run.procedure, run.year, number, run.steps_done, say.unit(run)),
        "\n".join(facts),
    ]
    if not view.waiting:
        parts.append(f"Mohon arahan dan tindak lanjut {address}.")
    return Message("\n\n".join(parts))


def vacant(view: VacantView, say: Voice) -> Message:
    """A step waits for a role that nobody holds, with buttons to invite somebody."""
    run, step = view.run, view.step
    names = gathered([bold(safe(name, NAME)) for _, name in view.roles])
    parts = [
        voice.hail(view.greeting),
        f"Langkah berikut sudah dibuka, tetapi peran {names} belum dipegang siapa pun.",
        voice.heading(
            view.sop, run.procedure, run.year, step.number, run.steps_done, say.unit(run)
        ),
        f"{bold(safe(step.activity.text, ACTIVITY))}\nTenggat: {say.moment(view.task.due_at)}",
        "Mohon mengundang pegawai untuk peran itu, atau memberikan peran itu kepada pegawai yang "
        "sudah terdaftar, dengan tombol di bawah atau melalui /pegawai. Tugasnya langsung sampai "
        "kepada pemegang yang baru.",
    ]
    if run.team is not None:
        parts.append("Anggota tim pelaksanaan ini diganti melalui /tim.")
    rows = tuple(
        row
        for code, name in view.roles[: CHOICES // 2]
        for row in (
            (button(f"Undang {name}", Invite(code), "primary"),),
            (button(f"Berikan {name} kepada …", Choose(Talk.SERAH, "fill", f"{code}.0")),),
        )
    )
    return Message("\n\n".join(parts), rows)


def _numbered(number: int, run: Run) -> str:
    return f"{number}. {voice.short(run.procedure)} {run.year}"


def _running(number: str, view: RunView, say: Voice) -> tuple[str, ...]:
    run = view.run
    steps = len(run.procedure.steps)
    lines = [
        f"{number}{say.run(run)}",
        f"{voice.bar(run.steps_done, steps)} {run.steps_done} dari {steps} langkah",
    ]
    if view.halt:
        lines += detours.halted(view.halt, say).split("\n")
    for current in view.current:
        lines += say.current(current, steps)
    if view.forecast:
        when = " bila dilanjutkan sekarang" if view.halt else ""
        lines.append(f"Perkiraan selesai{when}: {say.moment(view.forecast)}")
    return tuple(lines)


def _under_way(view: RunView, say: Voice) -> list[str]:
    run = view.run
    steps = len(run.procedure.steps)
    lines = [f"Dimulai {say.moment(run.started_at)}"]
    for current in view.current[:1]:
        activity = safe(current.step.activity.text, TITLE)
        lines.append(f"Langkah {current.step.number} dari {steps}: {activity}")
    return lines


def _ended(number: int, view: SummaryView, say: Voice) -> Block:
    run = view.run
    lines = [f"{number}. {say.run(run)}"]
    if view.halt:
        lines += detours.halted(view.halt, say).split("\n")
    else:
        if run.finished_at:
            lines.append(f"Selesai: {say.moment(run.finished_at)}")
        lines.append(f"Hasil: {voice.punctual(view.late)}")
    tap = TurnPage(PagedView.RINGKAS, 0, str(run.id))
    return Block(
        tuple(lines), rows=((button(f"{number}. {voice.short(run.procedure)} · {run.year}", tap),),)
    )
