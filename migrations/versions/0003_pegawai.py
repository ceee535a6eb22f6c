"""NIP and golongan ruang of a person, for the signatures on documents.

Written out in full and apart from the models: what this edition made never changes, while
they do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_pegawai"
down_revision = "0002_kantor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("persons", sa.Column("nip", sa.String(18)))
    op.add_column("persons", sa.Column("rank", sa.String(8)))
