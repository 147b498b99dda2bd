"""A typed client of the HTTP API: the page and the scripts talk to the service through it.

>>> with Client("http://127.0.0.1:8000") as client:                              # doctest: +SKIP
...     advice = client.best_move({"you": {"pokemon": "Pikachu", "moves": ["Tonnerre"]},
...                                "opponent": {"pokemon": "Dracaufeu"}, "lang": "fr"})
...     advice.recommended_move, advice.win_probability
('thunderbolt', 0.93)

Answers are the models of :mod:`predictiondex.wire`; errors are :class:`ApiError` (the service said no, and
why) and :class:`ApiUnavailable` (nobody answered).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from predictiondex import __version__
from predictiondex.errors import PredictionDexError
from predictiondex.messages import Said, message
from predictiondex.messages.text import Lang
from predictiondex.settings import by_proxy
from predictiondex.wire import (
    Advice,
    BestMoveRequest,
    DamageAnswer,
    DamageRequest,
    DuelAnswer,
    DuelRequest,
    ExportedTeam,
    FieldError,
    FormMoves,
    Health,
    MatchupsAnswer,
    MatchupsRequest,
    ModelHistory,
    ModelInfo,
    MoveDetail,
    MovePage,
    OutcomeAnswer,
    ParsedTeam,
    PlanAnswer,
    PlanLine,
    PlanProgress,
    PlanRequest,
    PokemonDetail,
    PokemonPage,
    Problem,
    Readiness,
    ReplayAnswer,
    ReplayRequest,
    TeamSides,
    TrainerList,
    TypeChart,
    Weaknesses,
)
from predictiondex.wire.facts import TypeList

#: Seconds that a plan may take.
PLAN_TIMEOUT = 120.0
LINES = "application/x-ndjson"
#: httpx's own, but for the seconds that an idle connection is kept: many a server or balancer closes it after
#: five, as httpx does, and a request that goes out at that moment fails.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=4.0)

Model = TypeVar("Model", bound=BaseModel)
#: A request as its model or as plain data in the same form.
Body = BaseModel | Mapping[str, Any]


class ApiError(PredictionDexError):
    """The service refused. ``problem`` is what it said; ``errors`` names the fields at fault."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail or problem.title)
        self.problem = problem
        self.status = problem.status

    @property
    def errors(self) -> list[FieldError]:
        """What is wrong with which field."""
        return self.problem.errors


class ApiUnavailable(PredictionDexError):
    """Nobody answered in time at the address, or what answered is not this API."""

    status = 503


class Client:
    """One connection pool to one service. Safe to share between threads; close it or use ``with``."""

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"User-Agent": f"predictiondex/{__version__}", "Accept": "application/json"}
        if api_key:
            headers["X-API-Key"] = api_key
        self._http = httpx.Client(
            base_url=base_url,
            headers=headers,
            timeout=timeout,
            limits=LIMITS,
            transport=transport,
            trust_env=by_proxy(base_url),
        )
        self._language: dict[str, str] = {}

    def speaking(self, lang: Lang) -> Self:
        """This client, connections shared, with a language for what is said against its requests.

        The field ``lang`` of a request comes first. Closing either closes both.
        """
        other = copy(self)
        other._language = {"Accept-Language": lang}
        return other

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    # --- predictions and battles

    def best_move(self, request: BestMoveRequest | Mapping[str, Any]) -> Advice:
        """Which move to open with, the chance to win with each, and why."""
        return self._post("/predict/best-move", request, Advice)

    def matchups(self, request: MatchupsRequest | Mapping[str, Any]) -> MatchupsAnswer:
        """Team against team."""
        return self._post("/predict/matchups", request, MatchupsAnswer)

    def simulate(self, request: DuelRequest | Mapping[str, Any]) -> DuelAnswer:
        """Battles between two Pokémon under named policies."""
        return self._post("/battles/simulate", request, DuelAnswer)

    def plan(
        self,
        request: PlanRequest | Mapping[str, Any],
        told: Callable[[PlanProgress], None] | None = None,
    ) -> PlanAnswer:
        """The best four moves against an opponent and ways to train; takes seconds.

        ``told`` hears how far it is, every half second and oftener. What it raises comes out here, and the
        service stops working on the plan.
        """
        if told is None:
            return self._post("/predict/plan", request, PlanAnswer, timeout=PLAN_TIMEOUT)
        with (
            self._answering(),
            self._http.stream(
                "POST", "/predict/plan", json=_content(request), headers={"Accept": LINES, **self._language}
            ) as response,
        ):
            if not response.is_success:
                response.read()
            self._raise_for(response)
            for text in response.iter_lines():
                line = self._parsed(response, text, PlanLine)
                if line.problem is not None:
                    raise ApiError(line.problem)
                if line.answer is not None:
                    return line.answer
                if line.progress is not None:
                    told(line.progress)
            raise self._strange(response)

    def replay(self, request: ReplayRequest | Mapping[str, Any]) -> ReplayAnswer:
        """A typical battle, told."""
        return self._post("/battles/replay", request, ReplayAnswer)

    def parse_team(self, text: str, *, lang: Lang = "en") -> ParsedTeam:
        """A team from Showdown's text. What is wrong with it is told in ``lang``, with the line."""
        return self._post("/teams/parse", {"text": text, "lang": lang}, ParsedTeam)

    def export_team(self, request: TeamSides | Mapping[str, Any]) -> ExportedTeam:
        """A team as Showdown's text."""
        return self._post("/teams/export", request, ExportedTeam)

    def trainers(self, *, kind: str | None = None, q: str | None = None, lang: str = "en") -> TrainerList:
        """Opponents of the games."""
        return self._get("/trainers/", TrainerList, {"kind": kind, "q": q, "lang": lang})

    def damage(self, request: DamageRequest | Mapping[str, Any]) -> DamageAnswer:
        """All damage rolls of one move."""
        return self._post("/battles/damage", request, DamageAnswer)

    def tell_outcome(self, prediction_id: str, result: str, *, move: str | None = None) -> OutcomeAnswer:
        """Tell how the battle of a prediction ended (`win`, `loss`, `tie`); ``move``: the opening played."""
        body = {"result": result} if move is None else {"result": result, "move": move}
        return self._post(f"/predictions/{_segment(prediction_id)}/outcome", body, OutcomeAnswer)

    def model_info(self) -> ModelInfo:
        """What answers predictions right now."""
        return self._get("/predict/model-info", ModelInfo)

    def model_history(self) -> ModelHistory:
        """The versions of the model and how they came and went."""
        return self._get("/predict/model-history", ModelHistory)

    # --- facts

    def pokemon_list(
        self,
        *,
        types: Sequence[str] = (),
        kind: str | None = None,
        move: str | None = None,
        limit: int = 500,
        offset: int = 0,
    ) -> PokemonPage:
        """Forms in Pokédex order; ``types`` (all of them), ``kind`` and ``move`` narrow the list."""
        query = {"type": list(types), "kind": kind, "move": move, "limit": limit, "offset": offset}
        return self._get("/pokemon/", PokemonPage, query)

    def search_pokemon(self, text: str, *, lang: str = "en", limit: int = 20) -> PokemonPage:
        """Forms by part of a name, best first; small typos are forgiven."""
        return self._get("/pokemon/search", PokemonPage, {"q": text, "lang": lang, "limit": limit})

    def pokemon(self, name: str | int) -> PokemonDetail:
        """One form by id, slug, number or name."""
        return self._get(f"/pokemon/{_segment(name)}", PokemonDetail)

    def weaknesses(self, name: str | int) -> Weaknesses:
        """What each attacking type does to a form."""
        return self._get(f"/pokemon/{_segment(name)}/weaknesses", Weaknesses)

    def pokemon_moves(self, name: str | int) -> FormMoves:
        """Every move that a form can have."""
        return self._get(f"/pokemon/{_segment(name)}/moves", FormMoves)

    def moves(
        self,
        *,
        type: str | None = None,  # noqa: A002 - as the API calls it
        category: str | None = None,
        pokemon: str | None = None,
        limit: int = 500,
        offset: int = 0,
    ) -> MovePage:
        """Moves in the order of their ids; the other arguments narrow the list."""
        query = {"type": type, "category": category, "pokemon": pokemon, "limit": limit, "offset": offset}
        return self._get("/moves/", MovePage, query)

    def search_moves(self, text: str, *, lang: str = "en", limit: int = 20) -> MovePage:
        """Moves by part of a name, best first; small typos are forgiven."""
        return self._get("/moves/search", MovePage, {"q": text, "lang": lang, "limit": limit})

    def move(self, name: str) -> MoveDetail:
        """One move by id, slug or name."""
        return self._get(f"/moves/id/{_segment(name)}", MoveDetail)

    def moves_of_type(self, name: str, *, limit: int = 500, offset: int = 0) -> MovePage:
        """Moves of a type by its English or French name."""
        query = {"limit": limit, "offset": offset}
        return self._get(f"/moves/by-type/{_segment(name)}", MovePage, query)

    def types(self) -> TypeList:
        """All types."""
        return self._get("/types/", TypeList)

    def pokemon_of_type(self, name: str, *, limit: int = 500, offset: int = 0) -> PokemonPage:
        """Forms of a type by its English or French name, or its id."""
        query = {"limit": limit, "offset": offset}
        return self._get(f"/types/by-name/{_segment(name)}/pokemon", PokemonPage, query)

    def affinities(self, attacker: str | None = None, defender: str | None = None) -> TypeChart:
        """The type chart, or its part for an attacking type, a defending type, or both."""
        if attacker is None and defender is None:
            return self._get("/types/affinities", TypeChart)
        return self._get("/types/affinities/by-name", TypeChart, {"attacker": attacker, "defender": defender})

    # --- the service itself

    def alive(self) -> bool:
        """Whether the process answers at all. Never raises."""
        try:
            return self._http.get("/livez").status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def readiness(self) -> Readiness:
        """Whether traffic may come, and if not, why."""
        return self._parse(self._request("GET", "/readyz"), Readiness)

    def health(self) -> Health:
        """The summary of the service; an unavailable service is an answer, not an error."""
        return self._parse(self._request("GET", "/health"), Health)

    def metrics(self) -> str:
        """The metrics as Prometheus reads them."""
        response = self._request("GET", "/metrics")
        self._raise_for(response)
        return response.text

    # --- how

    def _get(self, path: str, model: type[Model], query: Mapping[str, Any] | None = None) -> Model:
        given = {key: value for key, value in (query or {}).items() if value is not None}
        response = self._request("GET", path, params=given)
        self._raise_for(response)
        return self._parse(response, model)

    def _post(self, path: str, body: Body, model: type[Model], **options: Any) -> Model:
        response = self._request("POST", path, json=_content(body), **options)
        self._raise_for(response)
        return self._parse(response, model)

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response:
        with self._answering():
            return self._http.request(method, path, headers=self._language, **options)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Raises :class:`ApiUnavailable` where nobody answers."""
        try:
            yield
        except httpx.HTTPError as error:
            said = message("client.no_answer", url=self._http.base_url, reason=_reason(error))
            raise ApiUnavailable(said) from error

    def _raise_for(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        raise ApiError(self._parse(response, Problem))

    def _parse(self, response: httpx.Response, model: type[Model]) -> Model:
        return self._parsed(response, response.content, model)

    def _parsed(self, response: httpx.Response, content: str | bytes, model: type[Model]) -> Model:
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            raise self._strange(response) from error

    def _strange(self, response: httpx.Response) -> ApiUnavailable:
        said = message("client.not_ours", url=response.url, status=response.status_code)
        return ApiUnavailable(said)


def _content(body: Body) -> Any:
    """A request as plain data."""
    return body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else body


def _reason(error: httpx.HTTPError) -> Said:
    """Why nobody answered: what happens most in either language, the rest as the system words it."""
    if isinstance(error, httpx.TimeoutException):
        return message("client.late")
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ConnectionRefusedError):
            return message("client.nobody")
        cause = cause.__cause__ or cause.__context__
    return str(error) or type(error).__name__


def _segment(name: str | int) -> str:
    """A name as one segment of a path."""
    return quote(str(name), safe="")
