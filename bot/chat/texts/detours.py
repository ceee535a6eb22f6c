"""What leaves the straight way: work sent back, more time, a rest, an end, the team."""

from __future__ import annotations

from bot.chat.keyboards import (
    ConfirmCancel,
    DecideExtension,
    ExtendBy,
    ReturnTo,
    Row,
    SteerRun,
    button,
)
from bot.chat.paging import PAGE_LIMIT, Block, Message, that_fit
from bot.chat.texts import teams, voice
from bot.chat.texts.voice import ACTIVITY, NAME, Voice
from bot.domain.notices import RunChange
from bot.domain.run import Run
from bot.domain.sop import Step
from bot.ui.markup import bold, gathered, safe
from bot.usecases.views import (
    CancelQuestionView,
    DeadlineChangedView,
    Detours,
    ExtensionAnsweredView,
    ExtensionQuestionView,
    ExtensionView,
    Halt,
    MoreTime,
    Rest,
    ReturnedView,
    ReturnQuestionView,
    RunChangedView,
    SentBack,
    Steering,
    SteeringChoiceView,
    SteeringReasonView,
    TeamNamedView,
)

REASON = 600
"""What is shown of a reason; it is asked to be short."""

CHOICES = 80
"""Buttons on one message; Telegram takes a hundred."""

_WHICH = {
    Steering.JEDA: "⏸ Pelaksanaan mana yang dijeda?",
    Steering.LANJUT: "▶️ Pelaksanaan mana yang dilanjutkan?",
    Steering.BATAL: "⛔ Pelaksanaan mana yang dibatalkan? Sebelumnya kami bertanya sekali lagi.",
}

_REASON_FOR = {
    Steering.JEDA: "⏸ Pelaksanaan {} akan dijeda.",
    Steering.BATAL: "⛔ Pelaksanaan {} akan dibatalkan.",
}

_LEAVE = "Bila tidak jadi, ketik /batal."

_CHANGED = {
    RunChange.DIJEDA: "⏸ Pelaksanaan berikut dijeda. Selama jeda, waktunya tidak dihitung.",
    RunChange.DILANJUTKAN: "▶️ Pelaksanaan berikut dilanjutkan.",
    RunChange.DIBATALKAN: "⛔ Pelaksanaan berikut dibatalkan. Catatannya tetap tersimpan.",
    RunChange.DIBUKA: "↶ Konfirmasi terakhir ditarik kembali, sehingga pelaksanaan berikut "
    "belum selesai.",
}


def returned(view: ReturnedView, say: Voice) -> Message:
    """The officials in between hear that their paraf is void, and will be asked again."""
    sent = view.sent
    parts = [
        voice.hail(view.greeting),
        f"↩️ {voice.signer(sent.by)} mengembalikan pekerjaan pada langkah {sent.step.number} "
        f"ke langkah {sent.to_step.number} untuk diperbaiki, pada {say.moment(sent.by.at)}.",
        say.run(view.run),
        f"Kembali ke: {_activity(sent.to_step)}\nAlasan: {safe(sent.reason, REASON)}",
        f"Konfirmasi {view.greeting.address} sebelumnya tidak berlaku lagi, dan akan kami mohonkan "
        "kembali setelah perbaikan sampai pada gilirannya.",
    ]
    return Message("\n\n".join(parts))


def return_question(view: ReturnQuestionView, say: Voice) -> Message:
    """Why the work goes back, and whether to another step than the usual."""
    parts = [
        f"↩️ {bold('Mengembalikan pekerjaan')}",
        f"{say.run(view.run)}\nDari: {_activity(view.step)}\nKe: {bold(_activity(view.to_step))}",
        _please_explain(
            view.fault, "Mohon menuliskan alasannya, agar jelas apa yang perlu diperbaiki."
        ),
    ]
    if view.others:
        parts.append("Bila seharusnya ke langkah lain, mohon memilihnya dahulu di bawah.")
    rows = tuple(
        (
            button(
                f"Ke langkah {step.number}: {step.activity.text}", ReturnTo(view.token, step.number)
            ),
        )
        for step in view.others[:CHOICES]
    )
    return Message("\n\n".join([*parts, _LEAVE]), rows)


def halted(halt: Halt, say: Voice) -> str:
    """Why nothing is to be done about a run now, or ever."""
    who, at = voice.signer(halt.by), say.moment(halt.by.at)
    reason = f"Alasan: {safe(halt.reason, REASON)}"
    if halt.ended:
        return f"⛔ Pelaksanaan ini dibatalkan oleh {who} pada {at}.\n{reason}"
    return (
        f"⏸ Pelaksanaan ini dijeda oleh {who} sejak {at}.\n{reason}\n"
        "Selama jeda, waktunya tidak dihitung."
    )


def blocks(detours: Detours, say: Voice) -> list[Block]:
    """Where a run left the straight way: what was sent back, longer, or at rest."""
    found = [_sent_back(sent, say) for sent in detours.returns]
    found += [_more_time(wish, say) for wish in detours.extensions]
    found += [_rest(rest, say) for rest in detours.rests]
    return [Block((bold("Catatan perjalanan"),)), *found] if found else []


def _sent_back(sent: SentBack, say: Voice) -> Block:
    return Block(
        (
            f"↩️ Langkah {sent.step.number} dikembalikan ke langkah {sent.to_step.number}",
            f"{voice.signer(sent.by)}, {say.moment(sent.by.at)}",
            f"Alasan: {safe(sent.reason, REASON)}",
        )
    )


def _more_time(wish: MoreTime, say: Voice) -> Block:
    verdict = "menunggu keputusan"
    if wish.moot:
        verdict = "tidak diperlukan lagi, karena langkahnya sudah berakhir"
    elif wish.decided is not None:
        word = "disetujui" if wish.granted else "tidak disetujui"
        verdict = f"{word} oleh {voice.signer(wish.decided)}, {say.moment(wish.decided.at)}"
    return Block(
        (
            f"⏳ Langkah {wish.step.number}: perpanjangan {wish.amount} dimohon oleh "
            f"{voice.signer(wish.asked)}, {say.moment(wish.asked.at)}",
            f"Alasan: {safe(wish.reason, REASON)}",
            f"Keputusan: {verdict}",
        )
    )


def _rest(rest: Rest, say: Voice) -> Block:
    until = "masih berlangsung"
    if rest.ended is not None:
        until = f"sampai {say.moment(rest.ended.at)}, dilanjutkan oleh {voice.signer(rest.ended)}"
    return Block(
        (
            f"⏸ Dijeda oleh {voice.signer(rest.by)} sejak {say.moment(rest.by.at)}, {until}",
            f"Alasan: {safe(rest.reason, REASON)}",
        )
    )


def _please_explain(fault: bool, request: str) -> str:
    if not fault:
        return request
    return (
        "Mohon maaf, jawaban itu belum dapat kami catat sebagai alasan. Mohon menuliskan 3 sampai "
        "500 huruf dalam satu pesan."
    )


def extension(view: ExtensionView, say: Voice) -> Message:
    """A wish for more time, for whoever decides."""
    rows: tuple[Row, ...] = ()
    parts = [
        voice.hail(view.greeting),
        f"⏳ {voice.signer(view.asked)} memohon perpanjangan waktu "
        f"{bold(str(view.extension.amount))}.",
        f"{say.run(view.run)}\n{_activity(view.step)}",
        f"Alasan: {safe(view.extension.reason, REASON)}\n"
        f"Tenggat sekarang: {say.moment(view.task.due_at)}",
    ]
    if view.decided is not None:
        verdict = "✅ Disetujui" if view.extension.granted else "Tidak disetujui"
        parts.append(
            f"{verdict} oleh {voice.signer(view.decided)} pada {say.moment(view.decided.at)}."
        )
    elif view.open:
        parts.append(f"Bila disetujui, tenggatnya menjadi {bold(say.moment(view.until))}.")
        rows = (
            (button("✅ Setujui", DecideExtension(view.token, view.number, True), "success"),),
            (button("Tidak disetujui", DecideExtension(view.token, view.number, False), "danger"),),
        )
    elif view.halt is not None:
        parts.append(halted(view.halt, say))
    elif view.task.is_open:
        parts.append("Permohonan ini kini diputuskan oleh pejabat lain.")
    else:
        parts.append("Langkahnya tidak menunggu lagi, sehingga tidak perlu diputuskan.")
    return Message("\n\n".join(parts), rows)


def extension_question(view: ExtensionQuestionView, say: Voice) -> Message:
    """How much more time; once that is said, why."""
    facts = (
        f"{say.run(view.run)}\n{_activity(view.step)}\nTenggat sekarang: {say.moment(view.due_at)}"
    )
    if view.amount is None or view.until is None:
        parts = [
            f"⏳ {bold('Permohonan perpanjangan waktu')}",
            facts,
            "Mohon maaf, lamanya belum terbaca. Mohon menuliskannya seperti “3 jam” atau “2 hari”."
            if view.fault
            else "Berapa lama tambahan waktu yang diperlukan? Mohon memilih di bawah, atau "
            "menuliskannya, misalnya “3 hari”.",
            _LEAVE,
        ]
        row = tuple(button(str(choice), ExtendBy(view.token, choice)) for choice in view.choices)
        return Message("\n\n".join(parts), (row,))
    parts = [
        f"⏳ {bold(f'Permohonan perpanjangan waktu {view.amount}')}",
        facts,
        f"Bila disetujui, tenggatnya menjadi {bold(say.moment(view.until))}.",
        _please_explain(view.fault, "Mohon menuliskan alasannya, agar dapat dipertimbangkan."),
        _LEAVE,
    ]
    return Message("\n\n".join(parts))


def steering_choice(view: SteeringChoiceView, say: Voice) -> Message:
    """Which run is meant."""
    lines = (
        f"{number}. {say.run(run)}" for number, (run, _) in enumerate(view.runs[:CHOICES], start=1)
    )
    parts = [_WHICH[view.what], "\n".join(that_fit(lines, PAGE_LIMIT - 400))]
    if not view.runs:
        return Message("Tidak ada lagi pelaksanaan yang dapat dipilih.")
    rows = tuple(
        (
            button(
                f"{number}. {voice.short(run.procedure)} · {run.year}", SteerRun(view.what, token)
            ),
        )
        for number, (run, token) in enumerate(view.runs[:CHOICES], start=1)
    )
    return Message("\n\n".join(parts), rows)


def cancel_question(view: CancelQuestionView, say: Voice) -> Message:
    """Whether a run is really to be given up."""
    run = view.run.run
    steps = len(run.procedure.steps)
    parts = [
        f"⛔ Batalkan pelaksanaan {say.run(run)}?",
        f"Dimulai: {say.moment(run.started_at)}\n"
        f"{voice.bar(run.steps_done, steps)} {run.steps_done} dari {steps} langkah selesai",
        "Pelaksanaan yang dibatalkan tidak dapat dilanjutkan lagi. Catatannya tetap tersimpan. "
        "Untuk berhenti sementara, gunakan /jeda.",
        "Bila tidak jadi, pesan ini boleh diabaikan.",
    ]
    return Message(
        "\n\n".join(parts), ((button("Ya, batalkan", ConfirmCancel(view.token), "danger"),),)
    )


def steering_reason(view: SteeringReasonView, say: Voice) -> Message:
    """Why a run rests, or is given up."""
    parts = [
        _REASON_FOR[view.what].format(say.run(view.run)),
        _please_explain(view.fault, "Mohon menuliskan alasannya; semua yang terlibat membacanya."),
        _LEAVE,
    ]
    return Message("\n\n".join(parts))


def extension_answered(view: ExtensionAnsweredView, say: Voice) -> Message:
    """What was decided, for those whose task it is."""
    by = voice.signer(view.decided)
    amount = bold(str(view.extension.amount))
    if view.extension.granted:
        news = f"✅ Perpanjangan waktu {amount} disetujui oleh {by}."
        due = f"Tenggat sekarang: {bold(say.moment(view.task.due_at))}"
    else:
        news = f"Mohon maaf, perpanjangan waktu {amount} tidak disetujui oleh {by}."
        due = f"Tenggat tetap: {bold(say.moment(view.task.due_at))}"
    parts = [voice.hail(view.greeting), news, f"{say.run(view.run)}\n{_activity(view.step)}", due]
    return Message("\n\n".join(parts))


def deadline_changed(view: DeadlineChangedView, say: Voice) -> Message:
    """The calendar moved the recipient's deadline."""
    parts = [
        voice.hail(view.greeting),
        f"📅 Tenggat tugas berikut berubah karena {safe(view.why, REASON)}.",
        f"{say.run(view.run)}\n{_activity(view.step)}",
        f"Semula: {say.moment(view.was)}\nMenjadi: {bold(say.moment(view.task.due_at))}",
    ]
    return Message("\n\n".join(parts))


def run_changed(view: RunChangedView, say: Voice) -> Message:
    """A run rests, goes on, ends before its time, or is open again."""
    facts = []
    if view.by is not None:
        facts.append(f"Oleh: {voice.signer(view.by)}, {say.moment(view.by.at)}")
    if view.reason:
        facts.append(f"Alasan: {safe(view.reason, REASON)}")
    parts = [voice.hail(view.greeting), _CHANGED[view.change], say.run(view.run)]
    if facts:
        parts.append("\n".join(facts))
    if view.change in (RunChange.DILANJUTKAN, RunChange.DIBUKA):
        steps = len(view.run.procedure.steps)
        parts += ["\n".join(say.current(current, steps)) for current in view.current[:1]]
    return Message("\n\n".join(parts))


def team_named(view: TeamNamedView, say: Voice) -> Message:
    """Somebody is of a run's team from now on, or is so no longer."""
    address = view.greeting.address
    if view.included:
        news = f"👥 {address} tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    else:
        news = f"{address} tidak lagi tercantum dalam Tim Pelaksana untuk pelaksanaan berikut."
    parts = [voice.hail(view.greeting), news, say.run(view.run)]
    if view.included:
        lines = [f"Ketua: {safe(view.chair, NAME)}"] if view.chair else []
        lines.append(f"Anggota: {gathered([safe(name, NAME) for name in view.members])}")
        if view.run.team and (decree := teams.decree(view.run.team, say)):
            lines.append(decree)
        parts.append("\n".join(lines))
    return Message("\n\n".join(parts))


def _label(run: Run, say: Voice) -> str:
    unit = say.unit(run)
    return f"{voice.short(run.procedure)} · {run.year}" + (f" · {unit}" if unit else "")


def _activity(step: Step) -> str:
    return f"Langkah {step.number}: {safe(step.activity.text, ACTIVITY)}"
