"""Checks the open data of a built site with the tools of others: python check.py FOLDER

FOLDER is the folder of the data. The Data Package and all tables go through Frictionless's own validator, each
CSV file through Python's csv, the catalogue through rdflib. With --selftest, copies with known faults must fail.
"""

import csv
import json
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import rdflib
from frictionless import Package, system, validate
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD


def package(folder):
    """What Frictionless says, and what the package says of files that are not as it says."""
    faults = []
    system.trusted = True
    report = validate(str(folder / "datapackage.json"))
    for error in report.flatten(["type", "message"]):
        faults.append(f"datapackage.json: {error}")
    for task in report.tasks:
        for error in task.errors:
            faults.append(f"{task.place}: {error.message}")
    for resource in Package(str(folder / "datapackage.json")).resources:
        if resource.format == "csv" and (resource.schema is None or resource.schema.primary_key != ["id"]):
            faults.append(f"{resource.path}: no schema with the key `id`")
    return faults


def tables(folder):
    """One row a document, as long as the header; the same documents as in the JSON file, in the same order."""
    faults = []
    for path in sorted(folder.glob("*.csv")):
        data = path.read_bytes()
        if data.startswith(b"\xef\xbb\xbf"):
            faults.append(f"{path.name}: begins with a byte order mark")
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, strict=True))
        for number, row in enumerate(rows):
            if len(row) != len(rows[0]):
                faults.append(f"{path.name}: row {number} has {len(row)} cells of {len(rows[0])}")
            for cell in row:
                # A minus begins a number as well, which no spreadsheet computes.
                if cell[:1] in "=+@\t\r" and cell or cell[:1] == "-" and not cell[1:].replace(".", "").isdigit():
                    faults.append(f"{path.name}: row {number}: `{cell}` is a formula")
        if "id" not in rows[0]:
            faults.append(f"{path.name}: no column `id`")
            continue
        at = rows[0].index("id")
        records = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if [row[at] for row in rows[1:]] != [record["id"] for record in records]:
            faults.append(f"{path.name}: other documents than in {path.stem}.json")
    if not list(folder.glob("*.csv")):
        faults.append("there are no tables")
    return faults


def catalog(folder):
    """What DCAT-AP asks of a catalogue, and that each file that it names is there."""
    faults = []
    graph = rdflib.Graph()
    graph.parse(folder / "catalog.jsonld", format="json-ld")
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")

    def expect(subject, *predicates):
        for predicate in predicates:
            if not list(graph.objects(subject, predicate)):
                faults.append(f"catalog.jsonld: {subject} has no {predicate}")

    for one in graph.subjects(RDF.type, DCAT.Catalog):
        expect(one, DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset, FOAF.homepage)
    datasets = list(graph.subjects(RDF.type, DCAT.Dataset))
    for one in datasets:
        expect(one, DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.language, DCAT.distribution)
    for one in graph.subjects(RDF.type, DCAT.Distribution):
        expect(one, DCTERMS.title, DCAT.accessURL, DCAT.mediaType, DCTERMS.format, DCAT.byteSize, spdx.checksum)
        for address in graph.objects(one, DCAT.downloadURL):
            name = urlsplit(str(address)).path.rsplit("/", 1)[-1]
            size = graph.value(one, DCAT.byteSize)
            if not (folder / name).is_file():
                faults.append(f"catalog.jsonld: there is no {name}")
            elif size != rdflib.Literal((folder / name).stat().st_size, datatype=XSD.nonNegativeInteger):
                faults.append(f"catalog.jsonld: {name} does not have {size} bytes")
    agents = list(graph.subjects(RDF.type, FOAF.Agent))
    for one in agents:
        expect(one, FOAF.name)
    if len(list(graph.subjects(RDF.type, DCAT.Catalog))) != 1 or not agents:
        faults.append("catalog.jsonld: no catalogue, or no publisher")
    if len(datasets) != len(list(folder.glob("*.csv"))):
        faults.append(f"catalog.jsonld: {len(datasets)} datasets for {len(list(folder.glob('*.csv')))} tables")
    return faults


def check(folder):
    return package(folder) + tables(folder) + catalog(folder)


def selftest(folder):
    """Each check finds a fault that is made on purpose, and says so in these words."""
    # A table with a record that is not illustrative, to be changed.
    table = next(file.name for file in sorted(folder.glob("*.csv")) if b",false\r\n" in file.read_bytes())
    records = Path(table).with_suffix(".json").name

    def change(name, old, new):
        def made(copy):
            text = (copy / name).read_bytes()
            assert old in text, (name, old)
            (copy / name).write_bytes(text.replace(old, new, 1))

        return made

    def edit(name, by):
        def made(copy):
            value = json.loads((copy / name).read_text(encoding="utf-8"))
            by(value)
            (copy / name).write_text(json.dumps(value), encoding="utf-8")

        return made

    def formula(copy):
        with (copy / table).open("a", encoding="utf-8", newline="") as file:
            file.write("=1+1\r\n")

    faults = [
        ("type-error", change(table, b",false\r\n", b",perhaps\r\n")),
        ("missing-label", change(table, b"id,kind", b"id")),
        ("missing-cell", formula),
        ("is a formula", formula),
        ("cells of", formula),
        ("byte order mark", change(table, b"id,kind", b"\xef\xbb\xbfid,kind")),
        ("primary-key", change("datapackage.json", b'"primaryKey": "id"', b'"primaryKey": "kind"')),
        ("no schema with the key", change("datapackage.json", b'"primaryKey": "id"', b'"primaryKey": "kind"')),
        ("requires \"schema\"", edit("datapackage.json", lambda it: it["resources"][0].pop("schema"))),
        ("'resources' is a required", edit("datapackage.json", lambda it: it.pop("resources"))),
        ("hash-count", change(records, b'"id":"', b'"id":"x')),
        ("other documents", change(records, b'"id":"', b'"id":"x')),
        ("no catalogue", edit("catalog.jsonld", lambda it: it.pop("@context"))),
        ("has no http://purl.org/dc/terms/title", edit("catalog.jsonld", lambda it: it["dataset"][0].pop("title"))),
        (
            "there is no nothing.json",
            edit("catalog.jsonld", lambda it: it["dataset"][0]["distribution"][0].update(downloadURL="https://a.kz/nothing.json")),
        ),
        ("does not have", edit("catalog.jsonld", lambda it: it["dataset"][0]["distribution"][0].update(byteSize="1"))),
        ("datasets for", edit("catalog.jsonld", lambda it: it["dataset"].pop())),
    ]
    missed = []
    for words, make in faults:
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / "data"
            shutil.copytree(folder, copy)
            make(copy)
            found = []
            for one in (package, tables, catalog):
                try:
                    found += one(copy)
                except Exception as error:  # What cannot be read at all is a fault as well.
                    found.append(repr(error))
            if not any(words in fault for fault in found):
                missed.append(f"not found: {words}; but {found}")
    print(f"{len(faults) - len(missed)} of {len(faults)} faults made on purpose were found")
    return missed


def main():
    options = [argument for argument in sys.argv[1:] if argument.startswith("--")]
    folders = [Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")]
    faults = [fault for folder in folders for fault in (selftest(folder) if "--selftest" in options else check(folder))]
    for fault in faults:
        print(fault)
    if not faults:
        print(f"The open data in {', '.join(str(folder) for folder in folders)}: no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
