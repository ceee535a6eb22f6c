BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001_awal');
CREATE TABLE confirmations (
	task_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	unit VARCHAR(32), 
	capacity VARCHAR(16) NOT NULL, 
	at DATETIME NOT NULL, 
	recorded_for VARCHAR(32), 
	CONSTRAINT pk_confirmations PRIMARY KEY (task_id, person_id), 
	CONSTRAINT fk_confirmations_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id), 
	CONSTRAINT fk_confirmations_task_id_tasks FOREIGN KEY(task_id) REFERENCES tasks (id)
);
INSERT INTO "confirmations" VALUES(1,5,0,'kepala_dinas',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(2,2,0,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(3,1,0,'kasubbag',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(4,2,0,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(5,2,0,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(6,2,0,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(7,2,0,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "confirmations" VALUES(9,4,0,'sekretaris',NULL,'definitif','2026-11-09 03:15:00.000000',NULL);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	"key" VARCHAR(96) NOT NULL, 
	chat_id BIGINT NOT NULL, 
	person_id INTEGER, 
	run_id INTEGER, 
	task_id INTEGER, 
	notice TEXT NOT NULL, 
	live BOOLEAN NOT NULL, 
	silent BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	wanted INTEGER NOT NULL, 
	shown INTEGER NOT NULL, 
	next_at DATETIME NOT NULL, 
	tries INTEGER NOT NULL, 
	lease_until DATETIME, 
	message_id BIGINT, 
	maybe_repeated BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	error TEXT, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT fk_deliveries_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id), 
	CONSTRAINT fk_deliveries_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id), 
	CONSTRAINT fk_deliveries_task_id_tasks FOREIGN KEY(task_id) REFERENCES tasks (id), 
	CONSTRAINT uq_deliveries_key UNIQUE ("key")
);
INSERT INTO "deliveries" VALUES(1,'card:1:5',105,5,1,1,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(2,'card:2:2',102,2,1,2,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(3,'card:2:3',103,3,1,2,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(4,'card:3:1',101,1,1,3,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(5,'card:4:2',102,2,1,4,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(6,'card:4:3',103,3,1,4,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(7,'card:5:2',102,2,1,5,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(8,'card:5:3',103,3,1,5,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(9,'card:6:2',102,2,1,6,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(10,'card:6:3',103,3,1,6,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(11,'card:7:2',102,2,1,7,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(12,'card:7:3',103,3,1,7,'{"kind":"task_card"}',1,0,'usang',2,0,'2026-11-09 03:15:00.000000',1,NULL,NULL,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(13,'card:8:1',101,1,1,8,'{"kind":"task_card"}',1,0,'terkirim',1,1,'2026-11-09 03:15:00.000000',0,NULL,1000,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(14,'card:9:4',104,4,2,9,'{"kind":"task_card"}',1,0,'terkirim',2,2,'2026-11-09 03:15:00.000000',0,NULL,1001,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
INSERT INTO "deliveries" VALUES(15,'card:9:6',106,6,2,9,'{"kind":"task_card"}',1,0,'terkirim',2,2,'2026-11-09 03:15:00.000000',0,NULL,1002,0,'2026-11-09 03:15:00.000000','2026-11-09 03:15:00.000000',NULL);
CREATE TABLE holdings (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	unit VARCHAR(32), 
	capacity VARCHAR(16) NOT NULL, 
	since DATETIME NOT NULL, 
	until DATETIME, 
	ended BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_holdings PRIMARY KEY (id), 
	CONSTRAINT fk_holdings_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
);
INSERT INTO "holdings" VALUES(1,1,'kasubbag',NULL,'definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(2,2,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(3,3,'tim',NULL,'definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(4,4,'sekretaris',NULL,'definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(5,5,'kepala_dinas',NULL,'definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(6,6,'kepala_bidang','penanaman_modal','definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(7,7,'kasi','promosi','definitif','2026-11-09 03:15:00.000000',NULL,0);
INSERT INTO "holdings" VALUES(8,8,'staf','umum','definitif','2026-11-09 03:15:00.000000',NULL,0);
CREATE TABLE invitations (
	id INTEGER NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	role VARCHAR(32), 
	unit VARCHAR(32), 
	created_by INTEGER, 
	created_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	used_by INTEGER, 
	used_at DATETIME, 
	CONSTRAINT pk_invitations PRIMARY KEY (id), 
	CONSTRAINT fk_invitations_created_by_persons FOREIGN KEY(created_by) REFERENCES persons (id), 
	CONSTRAINT fk_invitations_used_by_persons FOREIGN KEY(used_by) REFERENCES persons (id), 
	CONSTRAINT uq_invitations_code_hash UNIQUE (code_hash)
);
CREATE TABLE journal (
	id INTEGER NOT NULL, 
	run_id INTEGER, 
	at DATETIME NOT NULL, 
	person_id INTEGER, 
	kind VARCHAR(32) NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_journal PRIMARY KEY (id), 
	CONSTRAINT fk_journal_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id), 
	CONSTRAINT fk_journal_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id)
);
INSERT INTO "journal" VALUES(1,1,'2026-11-09 03:15:00.000000',1,'run_started','{"procedure":"lakip","year":2025,"person_id":1,"at":"2026-11-09T10:15:00+07:00","unit":null,"kind":"run_started"}');
INSERT INTO "journal" VALUES(2,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":1,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-09T11:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(3,1,'2026-11-09 03:15:00.000000',5,'task_confirmed','{"step":1,"attempt":1,"confirmation":{"person_id":5,"role":"kepala_dinas","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(4,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":1,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(5,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":2,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-11T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(6,1,'2026-11-09 03:15:00.000000',2,'task_confirmed','{"step":2,"attempt":1,"confirmation":{"person_id":2,"role":"tim","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(7,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":2,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(8,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":3,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-10T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(9,1,'2026-11-09 03:15:00.000000',1,'task_confirmed','{"step":3,"attempt":1,"confirmation":{"person_id":1,"role":"kasubbag","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(10,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":3,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(11,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":4,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-10T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(12,1,'2026-11-09 03:15:00.000000',2,'task_confirmed','{"step":4,"attempt":1,"confirmation":{"person_id":2,"role":"tim","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(13,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":4,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(14,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":5,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-12T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(15,1,'2026-11-09 03:15:00.000000',2,'task_confirmed','{"step":5,"attempt":1,"confirmation":{"person_id":2,"role":"tim","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(16,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":5,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(17,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":6,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-10T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(18,1,'2026-11-09 03:15:00.000000',2,'task_confirmed','{"step":6,"attempt":1,"confirmation":{"person_id":2,"role":"tim","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(19,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":6,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(20,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":7,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-10T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(21,1,'2026-11-09 03:15:00.000000',2,'task_confirmed','{"step":7,"attempt":1,"confirmation":{"person_id":2,"role":"tim","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
INSERT INTO "journal" VALUES(22,1,'2026-11-09 03:15:00.000000',NULL,'task_closed','{"step":7,"attempt":1,"at":"2026-11-09T10:15:00+07:00","kind":"task_closed"}');
INSERT INTO "journal" VALUES(23,1,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":8,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-10T10:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(24,2,'2026-11-09 03:15:00.000000',1,'run_started','{"procedure":"tapkin_eselon3","year":2026,"person_id":1,"at":"2026-11-09T10:15:00+07:00","unit":null,"kind":"run_started"}');
INSERT INTO "journal" VALUES(25,2,'2026-11-09 03:15:00.000000',NULL,'task_opened','{"step":1,"attempt":1,"at":"2026-11-09T10:15:00+07:00","due_at":"2026-11-09T13:15:00+07:00","kind":"task_opened"}');
INSERT INTO "journal" VALUES(26,2,'2026-11-09 03:15:00.000000',4,'task_confirmed','{"step":1,"attempt":1,"confirmation":{"person_id":4,"role":"sekretaris","unit":null,"capacity":"definitif","at":"2026-11-09T10:15:00+07:00","recorded_for":null},"kind":"task_confirmed"}');
CREATE TABLE marks (
	name VARCHAR(32) NOT NULL, 
	value TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_marks PRIMARY KEY (name)
);
CREATE TABLE persons (
	id INTEGER NOT NULL, 
	chat_id BIGINT NOT NULL, 
	name TEXT, 
	address VARCHAR(8), 
	admin BOOLEAN DEFAULT 0 NOT NULL, 
	reachable BOOLEAN DEFAULT 1 NOT NULL, 
	joined_at DATETIME NOT NULL, 
	left_at DATETIME, 
	CONSTRAINT pk_persons PRIMARY KEY (id), 
	CONSTRAINT uq_persons_chat_id UNIQUE (chat_id)
);
INSERT INTO "persons" VALUES(1,101,'Sari Wulandari, S.E.','Ibu',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(2,102,'Budi Santoso, S.T.','Bapak',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(3,103,'Rina Marlina, S.Sos.','Ibu',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(4,104,'H. Hadi Pranoto, M.Si.','Bapak',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(5,105,'Dewi Kartika, S.H., M.M.','Ibu',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(6,106,'Anwar Syarif, S.Sos.','Bapak',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(7,107,'Lestari Ningsih, S.E.','Ibu',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(8,108,'Joko Susilo','Bapak',0,1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "persons" VALUES(9,109,'Yusuf Hidayat, A.Md.','Bapak',1,1,'2026-11-09 03:15:00.000000',NULL);
CREATE TABLE questions (
	chat_id BIGINT NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	data TEXT NOT NULL, 
	expires_at DATETIME NOT NULL, 
	CONSTRAINT pk_questions PRIMARY KEY (chat_id)
);
CREATE TABLE reminders (
	id INTEGER NOT NULL, 
	task_id INTEGER NOT NULL, 
	rung VARCHAR(16) NOT NULL, 
	due_at DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, 
	role VARCHAR(32), 
	person_id INTEGER, 
	status VARCHAR(16) NOT NULL, 
	settled_at DATETIME, 
	CONSTRAINT pk_reminders PRIMARY KEY (id), 
	CONSTRAINT fk_reminders_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id), 
	CONSTRAINT fk_reminders_task_id_tasks FOREIGN KEY(task_id) REFERENCES tasks (id)
);
INSERT INTO "reminders" VALUES(1,1,'sebelum','2026-11-09 04:00:00.000000','2026-11-09 04:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(2,1,'tenggat','2026-11-09 04:15:00.000000','2026-11-09 04:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(3,1,'harian','2026-11-10 01:00:00.000000','2026-11-10 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(4,1,'eskalasi','2026-11-10 04:15:00.000000','2026-11-10 04:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(5,1,'eskalasi','2026-11-11 04:15:00.000000','2026-11-11 04:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(6,1,'eskalasi','2026-11-12 04:15:00.000000','2026-11-12 04:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(7,2,'sebelum','2026-11-10 03:15:00.000000','2026-11-10 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(8,2,'sebelum','2026-11-11 01:15:00.000000','2026-11-11 01:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(9,2,'tenggat','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(10,2,'harian','2026-11-12 01:00:00.000000','2026-11-12 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(11,2,'eskalasi','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(12,2,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(13,2,'eskalasi','2026-11-16 03:15:00.000000','2026-11-16 03:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(14,3,'sebelum','2026-11-10 01:15:00.000000','2026-11-10 01:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(15,3,'tenggat','2026-11-10 03:15:00.000000','2026-11-10 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(16,3,'harian','2026-11-11 01:00:00.000000','2026-11-11 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(17,3,'eskalasi','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(18,3,'eskalasi','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(19,3,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(20,4,'sebelum','2026-11-10 01:15:00.000000','2026-11-10 01:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(21,4,'tenggat','2026-11-10 03:15:00.000000','2026-11-10 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(22,4,'harian','2026-11-11 01:00:00.000000','2026-11-11 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(23,4,'eskalasi','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(24,4,'eskalasi','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(25,4,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(26,5,'sebelum','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(27,5,'sebelum','2026-11-12 01:15:00.000000','2026-11-12 01:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(28,5,'tenggat','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(29,5,'harian','2026-11-13 01:00:00.000000','2026-11-13 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(30,5,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(31,5,'eskalasi','2026-11-16 03:15:00.000000','2026-11-16 03:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(32,5,'eskalasi','2026-11-17 03:15:00.000000','2026-11-17 03:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(33,6,'sebelum','2026-11-10 01:15:00.000000','2026-11-10 01:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(34,6,'tenggat','2026-11-10 03:15:00.000000','2026-11-10 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(35,6,'harian','2026-11-11 01:00:00.000000','2026-11-11 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(36,6,'eskalasi','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(37,6,'eskalasi','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(38,6,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(39,7,'sebelum','2026-11-10 01:15:00.000000','2026-11-10 01:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(40,7,'tenggat','2026-11-10 03:15:00.000000','2026-11-10 03:15:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(41,7,'harian','2026-11-11 01:00:00.000000','2026-11-11 01:00:00.000000',NULL,NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(42,7,'eskalasi','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000','kasubbag',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(43,7,'eskalasi','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000','sekretaris',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(44,7,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','kepala_dinas',NULL,'gugur','2026-11-09 03:15:00.000000');
INSERT INTO "reminders" VALUES(45,8,'sebelum','2026-11-10 01:15:00.000000','2026-11-10 01:15:00.000000',NULL,NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(46,8,'tenggat','2026-11-10 03:15:00.000000','2026-11-10 03:15:00.000000',NULL,NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(47,8,'harian','2026-11-11 01:00:00.000000','2026-11-11 01:00:00.000000',NULL,NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(48,8,'eskalasi','2026-11-11 03:15:00.000000','2026-11-11 03:15:00.000000','kasubbag',NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(49,8,'eskalasi','2026-11-12 03:15:00.000000','2026-11-12 03:15:00.000000','sekretaris',NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(50,8,'eskalasi','2026-11-13 03:15:00.000000','2026-11-13 03:15:00.000000','kepala_dinas',NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(51,9,'sebelum','2026-11-09 06:00:00.000000','2026-11-09 06:00:00.000000',NULL,NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(52,9,'tenggat','2026-11-09 06:15:00.000000','2026-11-09 06:15:00.000000',NULL,NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(53,9,'harian','2026-11-10 01:00:00.000000','2026-11-10 01:00:00.000000',NULL,NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(54,9,'eskalasi','2026-11-10 06:15:00.000000','2026-11-10 06:15:00.000000','kasubbag',NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(55,9,'eskalasi','2026-11-11 06:15:00.000000','2026-11-11 06:15:00.000000','sekretaris',NULL,'menunggu',NULL);
INSERT INTO "reminders" VALUES(56,9,'eskalasi','2026-11-12 06:15:00.000000','2026-11-12 06:15:00.000000','kepala_dinas',NULL,'menunggu',NULL);
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	procedure VARCHAR(32) NOT NULL, 
	year INTEGER NOT NULL, 
	unit VARCHAR(32), 
	status VARCHAR(16) NOT NULL, 
	started_by INTEGER NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	CONSTRAINT pk_runs PRIMARY KEY (id), 
	CONSTRAINT fk_runs_started_by_persons FOREIGN KEY(started_by) REFERENCES persons (id), 
	CONSTRAINT fk_runs_version_id_sop_versions FOREIGN KEY(version_id) REFERENCES sop_versions (id)
);
INSERT INTO "runs" VALUES(1,1,'lakip',2025,NULL,'berjalan',1,'2026-11-09 03:15:00.000000',NULL);
INSERT INTO "runs" VALUES(2,2,'tapkin_eselon3',2026,NULL,'berjalan',1,'2026-11-09 03:15:00.000000',NULL);
CREATE TABLE seen_updates (
	update_id BIGINT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_seen_updates PRIMARY KEY (update_id)
);
INSERT INTO "seen_updates" VALUES(1,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(2,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(3,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(4,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(5,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(6,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(7,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(8,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(9,'2026-11-09 03:15:00.000000');
INSERT INTO "seen_updates" VALUES(10,'2026-11-09 03:15:00.000000');
CREATE TABLE sop_versions (
	id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	number TEXT NOT NULL, 
	body TEXT NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_sop_versions PRIMARY KEY (id), 
	CONSTRAINT uq_sop_versions_digest UNIQUE (digest)
);
INSERT INTO "sop_versions" VALUES(1,'ce0afb61f57848ec824fb1cc84e7b9e54f6959d34c65c39b4b8b3ce5e32c28ab','503/22/SOP.PRCN/DISPMPPTSPTK/2024','{"approved_by":{"name":"GUNSONO MEKSON, SE, MM","nip":"196910161995031001","rank":"Pembina Utama Muda / IV.c"},"created":"2024-01-23","effective":"2024-01-23","equipment":[{"text":"Dokumen Keuangan (RKA-DPA dan Realisasi Anggaran)","written":null},{"text":"Rencana Strategis","written":null},{"text":"Rencana Kerja","written":null},{"text":"Komputer dan Printer","written":null},{"text":"ATK","written":null}],"legal_basis":[{"text":"UU RI No.8 Tahun 2001 Tentang Pembentukan Kota Pagar Alam (Lembaran Negara Tahun 2001 No. 88 Tambahan Lembaran Negara RI No.4115);","written":null},{"text":"UU RI No.32 Tahun 2004 Tentang Pemerintahan Daerah (Lembaran Negara RI Tahun 2004 No.125, Tambahan Lembaran Negara RI No.4437) sebagaimana telah diubah beberapa kali terakhir dengan UU RI No.12 Tahun 2008 (Lembaran Negara RI Tahun 2008 No.69, Tambahan Lembaran Negara RI No.4844);","written":null},{"text":"Perpres No.29 Tahun 2014 Tentang Sistem Akuntabilitas Kinerja Instansi Pemerintah, Setiap Instansi Pemerintah Wajib Menyusun dan Melaksanakan SAKIP;","written":null},{"text":"Peraturan Pemerintah No.03 Tahun 2007 tentang Laporan Penyelenggaraan Pemerintah Daerah Kepada Pemerintah, Laporan Keterangan Pertanggungjawaban Kepala Daerah Kepada Dewan Perwakilan Rakyat Daerah dan Informasi Laporan Penyelenggaraan Pemerintah Daerah Kepada Masyarakat;","written":null},{"text":"Permen Pendayagunaan Aparatur Negara Nomor 53 Tahun 2014 Tentang Petunjuk Teknis Perjanjian Kinerja, Pelaporan Kinerja, dan Tata Cara Reviu Atas Laporan Kinerja Instansi Pemerintah;","written":null},{"text":"Permen Dalam Negeri No.54 Tahun 2010 tentang Pelaksanaan Peraturan Pemerintah No.08 Tahun 2008 Tentang Tahapan Tata Cara Penyusunan, Pengendalian dan Evaluasi Pelaksanaan Rencana Pembangunan Daerah;","written":null},{"text":"Perda Kota Pagar Alam No.1 Tahun 2013 tentang Pembentukan Organisasi dan Tata kerja Kantor Pelayanan Perizinan Terpadu Kota Pagar Alam;","written":null},{"text":"Perda Kota Pagar Alam No.14 Tahun 2023 Tentang Pembentukan Organisasi dan Tata Kerja Dinas-dinas Daerah Kota Pagar Alam;","written":null},{"text":"Peraturan Walikota No.15 Tahun 2023 tentang Kedudukan, Susunan Organisasi, Tugas dan Fungsi serta Tata Kerja Dinas Penanaman Modal, Pelayanan Terpadu satu Pintu dan Tenaga Kerja.","written":null}],"name":"PENYUSUNAN LAKIP","number":"503/22/SOP.PRCN/DISPMPPTSPTK/2024","procedures":[{"code":"lakip","columns":[{"roles":["kepala_dinas"],"title":"KEPALA DINAS"},{"roles":["sekretaris"],"title":"SEKRETARIS"},{"roles":["kasubbag"],"title":"KASUBBAG"},{"roles":["tim"],"title":"TIM PELAKSANA / PENYUSUN"}],"default_year":"sebelumnya","per_unit":false,"reminders":null,"steps":[{"activity":{"text":"Membentuk Tim Pelaksana Penyusunan LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"Komputer dan Printer","written":null},"kind":"kerja","number":1,"output":{"text":"SK Tim Penyusun LAKIP","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["kepala_dinas"]},{"activity":{"text":"Mengumpulkan bahan dan data yang diperlukan untuk menyusun LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":2,"unit":"hari"},"inputs":{"text":"Surat Permintaan Data","written":null},"kind":"kerja","number":2,"output":{"text":"Dokumen Perencanaan dan Anggaran","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["tim"]},{"activity":{"text":"Menyiapkan Rapat","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Komputer, Printer dan ATK","written":null},"kind":"kerja","number":3,"output":{"text":"Undangan Rapat","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["kasubbag"]},{"activity":{"text":"Mengadakan rapat pembahasan LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Komputer, Printer dan ATK","written":null},"kind":"kerja","number":4,"output":{"text":"Layout LAKIP","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["tim"]},{"activity":{"text":"Menyusun laporan draft LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":3,"unit":"hari"},"inputs":{"text":"Komputer, Printer, ATK dan data perencanaan dan keuangan","written":null},"kind":"kerja","number":5,"output":{"text":"Draft Sementara LAKIP","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["tim"]},{"activity":{"text":"Melaksanakan rapat pembahasan draft LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Komputer, Printer, ATK dan Draft Sementara LAKIP","written":null},"kind":"kerja","number":6,"output":{"text":"Draft Sementara LAKIP Terkoreksi","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["tim"]},{"activity":{"text":"Memfinalisasi draft LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Komputer, Printer dan ATK","written":null},"kind":"kerja","number":7,"output":{"text":"Draft LAKIP","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["tim"]},{"activity":{"text":"Memeriksa dan memberi paraf pada LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Draft Sementara LAKIP","written":null},"kind":"paraf","number":8,"output":{"text":"Draft LAKIP","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":7,"roles":["kasubbag"]},{"activity":{"text":"Memeriksa dan memberi paraf pada LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Draft Sementara LAKIP","written":null},"kind":"paraf","number":9,"output":{"text":"Draft LAKIP","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":7,"roles":["sekretaris"]},{"activity":{"text":"Menandatangani LAKIP DISPMPTSPTK","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":30,"unit":"menit"},"inputs":{"text":"LAKIP FINAL","written":null},"kind":"tanda_tangan","number":10,"output":{"text":"LAKIP DISPMPTSPTK","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":7,"roles":["kepala_dinas"]}],"title":"PENYUSUNAN LAKIP"}],"qualifications":[{"text":"Pelaksana 1 harus mempunyai/memiliki kemampuan, kecakapan, terampil dan inovatif. Pendidikan minimal D.III Jurusan Administrasi Negara.","written":null},{"text":"Pelaksana 2 harus mempunyai/memiliki kemampuan, kecakapan, terampil dan inovatif. Pendidikan minimal S.I Jurusan Administrasi Negara.","written":"Pelaksana 1 harus mempunyai/memiliki kemampuan, kecakapan, terampil dan inovatif. Pendidikan minimal S.I Jurusan Administrasi Negara."}],"record_keeping":{"text":"Disimpan sebagai data dokumen Elektronik dan manual","written":null},"related":[],"revised":null,"transcription_notes":[],"unit":"Subbagian Perencanaan","warning":{"text":"Jika proses SOP ini tidak berjalan dengan baik, maka akan menghambat perencanaan program kerja dan anggaran tahun berjalan sehingga akan mempengaruhi kinerja dan hasil evaluasi yang akan dilakukan.","written":null}}','2026-11-09 03:15:00.000000');
INSERT INTO "sop_versions" VALUES(2,'f3e107b6c76ad60f81f37d871db1df944604919b11acbd7d740f9487e1c78974','503/25/SOP.PRCN/DISPMPTSPTK/2024','{"approved_by":{"name":"GUNSONO MEKSON, SE, MM","nip":"196910161995031001","rank":"Pembina Utama Muda / IV.c"},"created":"2024-01-23","effective":"2024-01-23","equipment":[{"text":"Dokumen Keuangan (RKA-DPA dan Realisasi Anggaran)","written":null},{"text":"Rencana Strategis","written":null},{"text":"Rencana Kerja","written":null},{"text":"Komputer dan Printer","written":null},{"text":"ATK","written":null}],"legal_basis":[{"text":"UU RI No.8 Tahun 2001 Tentang Pembentukan Kota Pagar Alam (Lembaran Negara Tahun 2001 No.88 Tambahan Lembaran Negara RI No.4115);","written":null},{"text":"UU RI No.32 Tahun 2004 Tentang Pemerintahan Daerah (Lembaran Negara RI Tahun 2004 No.125, Tambahan Lembaran Negara RI No.4437) sebagaimana telah diubah beberapa kali terakhir dengan UU RI No.12 Tahun 2008 (Lembaran Negara RI Tahun 2008 No.69, Tambahan Lembaran Negara RI No.4844);","written":null},{"text":"Perpres No.29 Tahun 2014 Tentang Sistem Akuntabilitas Kinerja Instansi Pemerintah, Setiap Instansi Pemerintah Wajib Menyusun dan Melaksanakan SAKIP;","written":null},{"text":"Peraturan Pemerintah No.03 Tahun 2007 tentang Laporan Penyelenggaraan Pemerintah Daerah Kepada Pemerintah, Laporan Keterangan Pertanggungjawaban Kepala Daerah Kepada Dewan Perwakilan Rakyat Daerah dan Informasi Laporan Penyelenggaraan Pemerintah Daerah Kepada Masyarakat;","written":null},{"text":"Permen Pendayagunaan Aparatur Negara No.53 Tahun 2014 Tentang Petunjuk Teknis Perjanjian Kinerja, Pelaporan Kinerja, dan Tata Cara Reviu Atas Laporan Kinerja Instansi Pemerintah;","written":null},{"text":"Permen Dalam Negeri No.54 Tahun 2010 tentang Pelaksanaan Peraturan Pemerintah No.08 Tahun 2008 Tentang Tahapan Tata Cara Penyusunan, Pengendalian dan Evaluasi Pelaksanaan Rencana Pembangunan Daerah;","written":null},{"text":"Perda Kota Pagar Alam No.1 Tahun 2013 tentang Pembentukan Organisasi dan Tata kerja Kantor Pelayanan Perizinan Terpadu Kota Pagar Alam;","written":null},{"text":"Perda Kota Pagar Alam No.14 Tahun 2023 Tentang Pembentukan Organisasi dan Tata Kerja Dinas-dinas Daerah Kota Pagar Alam;","written":null},{"text":"Peraturan Walikota Nomor 15 Tahun 2023 tentang Kedudukan, Susunan Organisasi, Tugas dan Fungsi serta Tata Kerja Dinas Penanaman Modal, Pelayanan Terpadu satu Pintu dan Tenaga Kerja.","written":null}],"name":"PENYUSUNAN PENETAPAN KINERJA (TAPKIN)","number":"503/25/SOP.PRCN/DISPMPTSPTK/2024","procedures":[{"code":"tapkin_eselon2","columns":[{"roles":["kepala_dinas"],"title":"KEPALA DINAS"},{"roles":["bappeda"],"title":"BAPPEDA"},{"roles":["kepala_daerah"],"title":"KEPALA DAERAH"}],"default_year":"berjalan","per_unit":false,"reminders":null,"steps":[{"activity":{"text":"Menyiapkan Dokumen Penetapan Kinerja yang telah ditandatangani oleh Pejabat Eselon II / Kepala Dinas","written":null},"all_must_confirm":false,"assumptions":["pelaksana"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"Komputer dan Printer","written":null},"kind":"kerja","number":1,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["kepala_dinas"]},{"activity":{"text":"Pengumpulan kolektif ke Bappeda","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":7,"unit":"hari"},"inputs":{"text":"","written":null},"kind":"kerja","number":2,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["bappeda"]},{"activity":{"text":"Penandatanganan oleh Kepala Daerah","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":1,"unit":"hari"},"inputs":{"text":"","written":null},"kind":"tanda_tangan","number":3,"output":{"text":"TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["kepala_daerah"]}],"title":"PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON II / KEPALA DINAS"},{"code":"tapkin_eselon3","columns":[{"roles":["sekretaris","kepala_bidang"],"title":"SEKRETARIS / KEPALA BIDANG"},{"roles":["kasubbag"],"title":"PERENCANAAN"},{"roles":["kepala_dinas"],"title":"KEPALA DINAS"}],"default_year":"berjalan","per_unit":false,"reminders":null,"steps":[{"activity":{"text":"Menyiapkan Dokumen Penetapan Kinerja yang telah ditandatangani oleh Pejabat Eselon III / Sekretaris dan Kepala Bidang","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua"],"duration":{"amount":2,"unit":"jam"},"inputs":{"text":"Komputer dan Printer","written":null},"kind":"kerja","number":1,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["sekretaris","kepala_bidang"]},{"activity":{"text":"Pengumpulan kolektif ke Subbagian Perencanaan untuk diperiksa","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"","written":null},"kind":"kerja","number":2,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["kasubbag"]},{"activity":{"text":"Penandatanganan oleh Kepala Dinas","written":null},"all_must_confirm":false,"assumptions":["pelaksana","kembali_ke"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"","written":null},"kind":"tanda_tangan","number":3,"output":{"text":"TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["kepala_dinas"]}],"title":"PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON III / SEKRETARIS DAN KEPALA BIDANG"},{"code":"tapkin_eselon4","columns":[{"roles":["kasubbag","kasi"],"title":"KASUBBAG / KASI"},{"roles":["sekretaris","kepala_bidang"],"title":"SEKRETARIS / KEPALA BIDANG"}],"default_year":"berjalan","per_unit":true,"reminders":null,"steps":[{"activity":{"text":"Menyiapkan Dokumen Penetapan Kinerja yang telah ditandatangani oleh Pejabat Eselon IV / Kasubbag - Kasi","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua"],"duration":{"amount":2,"unit":"jam"},"inputs":{"text":"Komputer dan Printer","written":null},"kind":"kerja","number":1,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["kasubbag","kasi"]},{"activity":{"text":"Pengumpulan kolektif kepada Sekretaris/Kepala Bidang selaku atasan langsung untuk diperiksa","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua","kembali_ke"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"","written":null},"kind":"kerja","number":2,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["sekretaris","kepala_bidang"]},{"activity":{"text":"Penandatanganan oleh Sekretaris/Kepala Bidang selaku atasan langsung","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua","kembali_ke"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"","written":null},"kind":"tanda_tangan","number":3,"output":{"text":"TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["sekretaris","kepala_bidang"]}],"title":"PENETAPAN KINERJA (TAPKIN) TINGKAT PEJABAT ESELON IV / KEPALA SUBBAGIAN ATAU KEPALA SEKSI"},{"code":"tapkin_staf","columns":[{"roles":["staf"],"title":"STAF"},{"roles":["kasubbag","kasi"],"title":"KASUBBAG / KASI"}],"default_year":"berjalan","per_unit":true,"reminders":null,"steps":[{"activity":{"text":"Menyiapkan Dokumen Penetapan Kinerja yang telah ditandatangani oleh Staf","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua"],"duration":{"amount":2,"unit":"jam"},"inputs":{"text":"Komputer dan Printer","written":null},"kind":"kerja","number":1,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":null,"roles":["staf"]},{"activity":{"text":"Pengumpulan kolektif kepada Kasubbag / Kasi selaku atasan langsung untuk diperiksa","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua","kembali_ke"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"","written":null},"kind":"kerja","number":2,"output":{"text":"Draft Usul TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["kasubbag","kasi"]},{"activity":{"text":"Penandatanganan oleh Kasubbag / Kasi selaku atasan langsung","written":null},"all_must_confirm":true,"assumptions":["pelaksana","semua","kembali_ke"],"duration":{"amount":1,"unit":"jam"},"inputs":{"text":"","written":null},"kind":"tanda_tangan","number":3,"output":{"text":"TAPKIN","written":null},"remarks":{"text":"","written":null},"reminders":null,"return_to":1,"roles":["kasubbag","kasi"]}],"title":"PENETAPAN KINERJA (TAPKIN) TINGKAT STAF SELURUH GOLONGAN"}],"qualifications":[{"text":"Memahami aturan perundang-undangan tentang TAPKIN","written":"Memahami aturan perundang-undangan tentang LPPD"},{"text":"Memahami tata cara penyusunan TAPKIN","written":"Memahami tata cara penyusunan LPPD"},{"text":"Berpengalaman dalam melakukan penyusunan TAPKIN","written":"Berpengalaman dalam melakukan penyusunan LPPD"}],"record_keeping":{"text":"Disimpan sebagai data dokumen Elektronik dan manual","written":null},"related":[],"revised":null,"transcription_notes":["Pada naskah, butir kualifikasi pelaksana bernomor 4, 5, dan 6.","Pada naskah, judul tabel eselon II, III, dan IV bernomor 1, 2, dan 3; judul tabel staf tidak bernomor."],"unit":"Subbagian Perencanaan","warning":{"text":"Jika proses SOP ini tidak berjalan dengan baik, maka akan menghambat perencanaan program kerja dan anggaran tahun berjalan sehingga akan mempengaruhi kinerja dan hasil evaluasi yang akan dilakukan.","written":null}}','2026-11-09 03:15:00.000000');
CREATE TABLE tasks (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	token VARCHAR(16) NOT NULL, 
	status VARCHAR(16) NOT NULL, 
	opened_at DATETIME NOT NULL, 
	due_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	CONSTRAINT pk_tasks PRIMARY KEY (id), 
	CONSTRAINT fk_tasks_run_id_runs FOREIGN KEY(run_id) REFERENCES runs (id), 
	CONSTRAINT uq_tasks_run_id_step_attempt UNIQUE (run_id, step, attempt), 
	CONSTRAINT uq_tasks_token UNIQUE (token)
);
INSERT INTO "tasks" VALUES(1,1,1,1,'CymHHgT_37uU','selesai','2026-11-09 03:15:00.000000','2026-11-09 04:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(2,1,2,1,'hbhgx3AvVpgY','selesai','2026-11-09 03:15:00.000000','2026-11-11 03:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(3,1,3,1,'SI_oGl70VKUG','selesai','2026-11-09 03:15:00.000000','2026-11-10 03:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(4,1,4,1,'OLoeWX4PdjJB','selesai','2026-11-09 03:15:00.000000','2026-11-10 03:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(5,1,5,1,'AYW6cuqfWhwz','selesai','2026-11-09 03:15:00.000000','2026-11-12 03:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(6,1,6,1,'RTJ2FT8ipw7b','selesai','2026-11-09 03:15:00.000000','2026-11-10 03:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(7,1,7,1,'bVILDZUUPpKc','selesai','2026-11-09 03:15:00.000000','2026-11-10 03:15:00.000000','2026-11-09 03:15:00.000000');
INSERT INTO "tasks" VALUES(8,1,8,1,'EKxz__WT8nOV','terbuka','2026-11-09 03:15:00.000000','2026-11-10 03:15:00.000000',NULL);
INSERT INTO "tasks" VALUES(9,2,1,1,'nlVP2qp0tuRX','terbuka','2026-11-09 03:15:00.000000','2026-11-09 06:15:00.000000',NULL);
CREATE INDEX ix_holdings_person_id ON holdings (person_id);
CREATE INDEX ix_runs_status_started_at ON runs (status, started_at);
CREATE UNIQUE INDEX uq_tasks_one_open_attempt ON tasks (run_id, step) WHERE status = 'terbuka';
CREATE INDEX ix_reminders_task_id ON reminders (task_id);
CREATE INDEX ix_reminders_waiting ON reminders (next_at) WHERE status = 'menunggu';
CREATE INDEX ix_deliveries_queue ON deliveries (chat_id, id) WHERE state = 'antre';
CREATE INDEX ix_deliveries_task_id ON deliveries (task_id);
CREATE INDEX ix_journal_run_id ON journal (run_id);
CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
COMMIT;
