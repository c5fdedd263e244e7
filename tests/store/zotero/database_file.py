"""A file ``zotero.sqlite`` as Zotero 5 and later make it, with the tables that matter here."""

import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE version (schema TEXT PRIMARY KEY, version INT NOT NULL);
CREATE TABLE libraries (libraryID INTEGER PRIMARY KEY, type TEXT NOT NULL, editable INT, version INT);
CREATE TABLE groups (groupID INTEGER PRIMARY KEY, libraryID INT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE itemTypesCombined (itemTypeID INT NOT NULL, typeName TEXT NOT NULL);
CREATE TABLE fieldsCombined (fieldID INT NOT NULL, fieldName TEXT NOT NULL);
CREATE TABLE creatorTypes (creatorTypeID INTEGER PRIMARY KEY, creatorType TEXT);
CREATE TABLE items (itemID INTEGER PRIMARY KEY, itemTypeID INT NOT NULL, dateAdded TIMESTAMP, libraryID INT NOT NULL,
    key TEXT NOT NULL, version INT NOT NULL DEFAULT 0, synced INT NOT NULL DEFAULT 0);
CREATE TABLE itemDataValues (valueID INTEGER PRIMARY KEY, value UNIQUE);
CREATE TABLE itemData (itemID INT, fieldID INT, valueID, PRIMARY KEY (itemID, fieldID));
CREATE TABLE itemNotes (itemID INTEGER PRIMARY KEY, parentItemID INT, note TEXT, title TEXT);
CREATE TABLE itemAttachments (itemID INTEGER PRIMARY KEY, parentItemID INT, linkMode INT, contentType TEXT, path TEXT);
CREATE TABLE creators (creatorID INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, fieldMode INT);
CREATE TABLE itemCreators (itemID INT NOT NULL, creatorID INT NOT NULL, creatorTypeID INT, orderIndex INT);
CREATE TABLE tags (tagID INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE itemTags (itemID INT NOT NULL, tagID INT NOT NULL, type INT NOT NULL);
CREATE TABLE collections (collectionID INTEGER PRIMARY KEY, collectionName TEXT NOT NULL, parentCollectionID INT,
    libraryID INT NOT NULL, key TEXT NOT NULL, version INT NOT NULL DEFAULT 0);
CREATE TABLE collectionItems (collectionID INT NOT NULL, itemID INT NOT NULL, orderIndex INT);
CREATE TABLE deletedItems (itemID INTEGER PRIMARY KEY, dateDeleted);
CREATE TABLE deletedCollections (collectionID INTEGER PRIMARY KEY, dateDeleted);
CREATE TABLE retractedItems (itemID INTEGER PRIMARY KEY, data TEXT, flag INT DEFAULT 0);
INSERT INTO version VALUES ('userdata', 123);
INSERT INTO libraries VALUES (1, 'user', 1, 7), (2, 'group', 1, 3);
INSERT INTO groups VALUES (77, 2, 'Reading club');
INSERT INTO itemTypesCombined VALUES (22, 'journalArticle'), (28, 'note'), (3, 'attachment');
INSERT INTO fieldsCombined VALUES (1, 'title'), (2, 'abstractNote'), (6, 'date'), (59, 'DOI'), (16, 'extra'),
    (27, 'accessDate');
INSERT INTO creatorTypes VALUES (8, 'author'), (10, 'editor');
INSERT INTO items VALUES (1, 22, '2024-01-01 10:00:00', 1, 'AAAA2222', 5, 1), (2, 28, '2024', 1, 'NNNN2222', 5, 1),
    (3, 3, '2024', 1, 'FFFF2222', 0, 0), (4, 22, '2024', 1, 'BBBB2222', 0, 0), (5, 22, '2024', 1, 'TTTT2222', 6, 1),
    (6, 22, '2024', 2, 'GGGG2222', 2, 1);
INSERT INTO itemDataValues VALUES (1, 'On Rare Events'), (2, 'We study them.'), (3, '2018-05-00 May 2018'),
    (4, '10.1000/rare'), (5, 'On Others'), (6, 'In the trash'), (7, 'Of the group'), (8, '2024-02-03 10:11:12');
INSERT INTO itemData VALUES (1, 1, 1), (1, 2, 2), (1, 6, 3), (1, 59, 4), (1, 27, 8), (4, 1, 5), (5, 1, 6), (6, 1, 7);
INSERT INTO itemNotes VALUES (2, 1, '<p>Read <b>twice</b></p>', 'Read twice');
INSERT INTO itemAttachments VALUES (3, 1, 0, 'application/pdf', 'storage:rare.pdf');
INSERT INTO creators VALUES (1, 'Ann', 'Poe', 0), (2, '', 'Soup Group', 1), (3, 'Bo', 'Li', 0);
INSERT INTO itemCreators VALUES (1, 3, 10, 2), (1, 2, 8, 1), (1, 1, 8, 0);
INSERT INTO tags VALUES (1, 'read'), (2, 'soup');
INSERT INTO itemTags VALUES (1, 2, 0), (1, 1, 0);
INSERT INTO collections VALUES (1, 'Thesis', NULL, 1, 'CCCC2222', 1), (2, 'Chapter 1', 1, 1, 'DDDD2222', 1);
INSERT INTO collectionItems VALUES (2, 1, 0);
INSERT INTO deletedItems VALUES (5, '2024');
INSERT INTO retractedItems VALUES (4, '{}', 0);
"""


def make_database(path: Path, more: str = "") -> Path:
    """Make the file, with more statements after these."""
    base = sqlite3.connect(path)
    base.executescript(SCHEMA + more)
    base.close()
    return path


def change_database(path: Path, *statements: str) -> None:
    """Change it, as Zotero does."""
    base = sqlite3.connect(path)
    with base:
        for statement in statements:
            base.execute(statement)
    base.close()
