"""One connection to the gradebook, and one transaction for each submission.

nbgrader opens the gradebook eight times and commits forty times for every submission. Here all
of these share a connection, and what nbgrader commits becomes final together: whoever kills
the process finds a submission in the gradebook whole or not at all.
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # its types are another package
from nbgrader import api  # type: ignore[import-untyped]  # it ships no types
from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.nbgraderformat import MetadataValidator, common  # type: ignore[import-untyped]
from nbgrader.preprocessors import checkcellmetadata  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import scoped_session, sessionmaker

from autograder.deadlines import BUSY_S

__all__ = ["SharedGradebook", "missing_file"]


class SharedGradebook:
    """The gradebook, as all of nbgrader sees it while this is entered.

    Attributes:
        called: which of the functions that are replaced for speed alone nbgrader has called. If
            it called one no more, nothing else would tell.
    """

    def __init__(self, db_url: str, course_id: str) -> None:
        self._url = db_url
        self._course_id = course_id
        self._engine = _engine(db_url)
        self._connection: Connection = self._engine.connect()
        self._courses: set[str] = set()
        self._patches = ExitStack()
        self.called: set[str] = set()

    def __enter__(self) -> "SharedGradebook":
        opened, closed = Gradebook.__init__, Gradebook.close

        def open_shared(
            gradebook: Any,
            db_url: str,
            course_id: str = "default_course",
            authenticator: Any = None,
        ) -> None:
            if db_url != self._url:
                opened(gradebook, db_url, course_id, authenticator)
                return
            gradebook.engine, gradebook.authenticator = self._engine, authenticator
            # What a session commits is then a savepoint of our own transaction: the way that
            # SQLAlchemy documents for "joining a session into an external transaction".
            gradebook.db = scoped_session(
                sessionmaker(self._connection, join_transaction_mode="create_savepoint")
            )
            if course_id not in self._courses:
                gradebook.check_course(course_id=course_id)
                self._courses.add(course_id)
            gradebook.course_id = course_id

        def close_shared(gradebook: Any) -> None:
            if gradebook.engine is self._engine:
                gradebook.db.remove()
            else:
                closed(gradebook)

        validator, schemas = MetadataValidator(), _Schemas()

        def shared_validator() -> Any:
            self.called.add("MetadataValidator")
            return validator

        def validate(instance: Any, schema: Any) -> None:
            self.called.add("jsonschema.validate")
            schemas.validate(instance, schema)

        for owner, name, new in (
            (Gradebook, "__init__", open_shared),
            (Gradebook, "close", close_shared),
            (checkcellmetadata, "MetadataValidator", shared_validator),
            (common, "jsonschema", SimpleNamespace(validate=validate)),
        ):
            self._patches.enter_context(_replaced(owner, name, new))
        return self

    def __exit__(self, *exception: object) -> None:
        self._patches.close()
        self._connection.close()
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make final what happens in here, together; nothing of it, if an exception comes out."""
        self._connection.begin()
        try:
            yield
            self._current().commit()
        except BaseException:
            self._courses.clear()
            if self._connection.in_transaction():
                self._current().rollback()
            raise

    def make_final(self) -> None:
        """Make final what has happened so far, so that others may write for a while."""
        if self._connection.in_transaction():
            self._current().commit()
            self._connection.begin()

    def _current(self) -> Any:
        return self._connection.get_transaction()

    def knows(self, assignment: str) -> bool:
        """Tell whether the gradebook has an assignment."""
        with self.transaction(), Gradebook(self._url, self._course_id) as gradebook:
            names = gradebook.db.execute(select(api.Assignment.name)).scalars()
            return assignment in set(names)

    def marks(self, assignment: str, student: str | None = None) -> dict[str, str]:
        """Return, for each student, the hash of what grading left in the gradebook.

        It covers what decides and what is decided; scores and comments by hand are not in it,
        because grading does not touch them.
        """
        found: dict[str, list[str]] = {}
        with self.transaction(), Gradebook(self._url, self._course_id) as gradebook:
            for rows in _queries(assignment, student):
                for owner, *row in gradebook.db.execute(rows):
                    found.setdefault(owner, []).append(repr(row))
        return {
            owner: hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
            for owner, rows in found.items()
        }


def missing_file(db_url: str) -> Path | None:
    """Return the gradebook's file if it should be one and is not there."""
    url = make_url(db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    path = Path(url.database)
    return None if path.is_file() else path


def _queries(assignment: str, student: str | None) -> Iterator[Any]:
    handed_in, notebook, given = api.SubmittedAssignment, api.SubmittedNotebook, api.Assignment
    who = handed_in.student_id
    same = [handed_in.id == notebook.assignment_id, given.id == handed_in.assignment_id]
    same += [given.name == assignment, *([] if student is None else [who == student])]
    when = handed_in.timestamp, handed_in.extension, given.duedate
    yield select(who, *when, notebook.late_submission_penalty).where(*same)
    grade, cell = api.Grade, api.GradeCell
    yield select(who, cell.name, cell.max_score, grade.auto_score).where(
        *same, grade.notebook_id == notebook.id, grade.cell_id == cell.id
    )
    comment, solution = api.Comment, api.BaseCell
    yield select(who, solution.name, comment.auto_comment).where(
        *same, comment.notebook_id == notebook.id, comment.cell_id == solution.id
    )
    source = api.SourceCell
    yield select(who, source.name, source.checksum).where(
        *same, source.notebook_id == notebook.notebook_id
    )


def _engine(db_url: str) -> Engine:
    if make_url(db_url).get_backend_name() != "sqlite":
        return create_engine(db_url)
    engine = create_engine(db_url, connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def leave_transactions_alone(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # or sqlite3 begins them on its own, and too late

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


class _Schemas:
    """Validates as jsonschema does, but looks at each schema itself only once."""

    def __init__(self) -> None:
        self._validators: dict[int, tuple[Any, Any]] = {}

    def validate(self, instance: Any, schema: Any) -> None:
        if id(schema) not in self._validators:
            kind = jsonschema.validators.validator_for(schema)
            kind.check_schema(schema)
            self._validators[id(schema)] = kind(schema), schema  # kept, so the id stays its own
        error = jsonschema.exceptions.best_match(
            self._validators[id(schema)][0].iter_errors(instance)
        )
        if error is not None:
            raise error


@contextmanager
def _replaced(owner: Any, name: str, new: Any) -> Iterator[None]:
    old = getattr(owner, name)
    setattr(owner, name, new)
    try:
        yield
    finally:
        with suppress(AttributeError):
            setattr(owner, name, old)
