"""What comes back every year: the time to start, and the day that the law names."""

from __future__ import annotations

from bot.chat.keyboards import PutOffStart, StartRun, button
from bot.chat.paging import Message
from bot.chat.texts import voice
from bot.chat.texts.voice import Voice
from bot.ui.markup import bold
from bot.usecases.views import LegalDateView, ProposalView


def proposal(view: ProposalView, say: Voice) -> Message:
    """It is time to start a procedure."""
    ends = say.moment(view.ends)
    facts = [f"Bila dimulai hari ini dan setiap langkah tepat waktu, selesai {bold(ends)}."]
    if view.last is not None:
        facts.append(f"Batas penyelesaiannya {bold(say.weekday(view.last))}.")
        if view.ends.date() > view.last:
            facts.append("⚠️ Perkiraan itu melewati batasnya.")
    parts = [
        voice.hail(view.greeting),
        f"🗓 Menurut jadwal tahunan ({say.day(view.day)}), sudah waktunya memulai "
        f"{voice.title(view.procedure, view.year)}.",
        "\n".join(facts),
        f"Mohon arahan {view.greeting.address}.",
    ]
    start = StartRun(view.procedure.code, view.year, None)
    rows = (
        (button("▶️ Mulai sekarang", start, "success"),),
        (button("⏰ Ingatkan minggu depan", PutOffStart(view.procedure.code, view.day)),),
    )
    return Message("\n\n".join(parts), rows)


def legal_date(view: LegalDateView, say: Voice) -> Message:
    """The run will be late before the law, and there is still time."""
    run = view.run
    left = f"{view.days} hari kerja lagi" if view.days else "hari ini juga"
    parts = [
        voice.hail(view.greeting),
        f"⚠️ Izin melaporkan, pelaksanaan {voice.title(run.procedure, run.year)} diperkirakan "
        "melewati batas penyelesaiannya.",
        f"Batas: {bold(say.weekday(view.last))} ({left})\n"
        f"Perkiraan selesai: {bold(say.moment(view.ends))}",
        *("\n".join(say.current(now, len(run.procedure.steps))) for now in view.current[:2]),
        f"Mohon arahan {view.greeting.address}, selagi masih ada waktu untuk mempercepatnya.",
    ]
    return Message("\n\n".join(parts))
