"""What is said against a request comes in its language; English is what callers get who name none."""

from __future__ import annotations

import json
import threading
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from pydantic_core import _pydantic_core

from predictiondex.api import language, problems
from predictiondex.api.app import create_app
from predictiondex.api.engineroom import EngineRoom
from predictiondex.api.problems import NotReady
from predictiondex.client import ApiError, Client
from predictiondex.messages import TEXTS, Message
from predictiondex.settings import Settings
from predictiondex.wire import BestMoveRequest, MatchupsRequest, PlanRequest
from predictiondex.wire.faults import body_faults, wrong_input
from tests.api.problems import fields, problem
from tests.api.serving import serving_app, wait_until_ready
from tests.api.test_problems import WRONG_SHAPES, changed, post

YOU = {"pokemon": "Gengar", "moves": ["Hypnosis", "Shadow Ball"]}
FOE = {"pokemon": "Starmie", "moves": ["Surf", "Recover"]}


def best(**you: Any) -> tuple[str, dict[str, Any]]:
    return "/predict/best-move", {"you": {**YOU, **you}, "opponent": FOE}


def read(french: str) -> str:
    """As one reads it: a space is a space, whether a line may break there or not."""
    return french.replace("\N{NO-BREAK SPACE}", " ")


#: Requests that cannot be: address, body, and a piece of what is said in French.
CANNOT_BE = [
    (*best(pokemon="pikachoo"), "Pokémon inconnu : 'pikachoo'. Noms les plus proches : Pikachu, "),
    (*best(moves=["Tonnere"]), "Capacité inconnue : 'Tonnere'. Noms les plus proches : Tonnerre, "),
    (*best(nature="brav"), "Nature inconnue : 'brav'. Noms les plus proches : Brave, "),
    (*best(moves=["Surf"]), "Ectoplasma ne peut pas avoir Surf dans ces jeux."),
    (*best(moves=["Struggle"], strict=False), "Lutte ne se choisit pas"),
    (*best(moves=None), "Dites quelles capacités a votre Pokémon."),
    (*best(mega="x"), "Ectoplasma méga-évolue avec 'mega'."),
    (*best(pokemon="Dracaufeu", moves=["Fly"], mega=True), "Dracaufeu méga-évolue avec 'x' ou 'y'."),
    (*best(pokemon="Pikachu", moves=["Surf"], mega=True, strict=False), "n'a pas de Méga-Évolution."),
    (*best(pokemon="Méga-Dracaufeu X", moves=["Fly"], mega="y"), "'y' ne mène pas à Méga-Dracaufeu X."),
    (*best(status_turns=1), "ne se comptent que pour le sommeil et l'empoisonnement grave."),
    (*best(status="slp", status_turns=5), "Aucun sommeil ne dure plus de trois tours"),
    (*best(pp={"Surf": 1}), "Surf n'est pas une de ses capacités."),
    (*best(conditions=["reflect", "reflect"]), "Protection figure deux fois."),
    (*best(conditions=[{"name": "mist", "hp_percent": 5}]), "Seul un clone a des points de vie."),
    (*best(conditions=[{"name": "mist", "move": "Surf"}]), "Brume ne concerne aucune capacité."),
    (*best(conditions=[{"name": "mist", "turns": 9}]), "C'est terminé au bout de 5 tours."),
    (*best(conditions=["disable"]), "Dites quelle capacité est concernée par Entrave."),
    (*best(conditions=[{"name": "encore", "move": "Surf"}]), "Surf n'est pas une de ses capacités."),
    (*best(conditions=[{"name": "twoturnmove", "move": "Surf"}]), "Surf ne prend pas de second tour."),
    (*best(conditions=[{"name": "lockedmove", "move": "Surf"}]), "Surf n'est pas une attaque à répétition."),
    (
        "/battles/replay",
        {"you": YOU, "opponent": FOE, "opening": "Surf"},
        "Surf : impossible à choisir maintenant ; au choix : Hypnose, Ball'Ombre.",
    ),
    (
        "/battles/replay",
        {"you": YOU, "opponent": FOE, "simulations": 5, "index": 5},
        "index est inférieur à simulations.",
    ),
    ("/battles/damage", {"attacker": YOU, "defender": FOE, "move": "Hypnosis"}, "Hypnose n'inflige pas de"),
    ("/battles/simulate", {"you": YOU, "opponent": FOE, "policy_you": "x"}, "Politique inconnue : 'x'."),
    (
        "/predict/plan",
        {"pokemon": "Pidgey", "level": 30, "highest_level": 10},
        "Le niveau le plus haut, 10, est en dessous du vôtre, 30.",
    ),
    ("/predict/plan", {"pokemon": "Pidgey", "keep": ["Surf"]}, "Roucool ne peut pas avoir Surf."),
    ("/predict/plan", {"pokemon": "Pidgey", "opponent": {"pokemon": "Onyx"}}, "Pokémon inconnu : 'Onyx'."),
    ("/predict/matchups", {"you": [YOU], "opponent": [{"pokemon": "Onyx"}]}, "Pokémon inconnu : 'Onyx'."),
    ("/teams/parse", {"text": "Snorlax\n- Resst"}, "Ligne 2 : Capacité inconnue : 'Resst'."),
    ("/teams/parse", {"text": "Snorlax\nLevel: 500"}, "Ligne 2 : Niveau : un nombre entier de 1 à 100"),
    ("/teams/parse", {"text": "Snorlax\n- Surf\n\nPikachu\n- Earthquake"}, "Ligne 5 : Pikachu ne peut pas"),
    ("/teams/parse", {"text": "Snorlax\nhello"}, "Ligne 2 : 'hello' n'est pas une ligne d'un Pokémon."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "french"), CANNOT_BE)
def test_what_cannot_be_is_told_in_both_languages(
    ready: httpx.Client, path: str, body: dict[str, Any], french: str
) -> None:
    english = problem(ready.post(path, json=body), 422)
    answer = ready.post(path, json={**body, "lang": "fr"})
    told = problem(answer, 422)
    assert answer.headers["Content-Language"] == "fr"
    assert french in read(told["detail"])
    assert told["detail"] == told["errors"][0]["message"]
    assert told["title"] != english["title"]
    assert told["type"] == english["type"]
    # The same fault in another language: nothing but the words differs.
    for one, other in zip(told["errors"], english["errors"], strict=True):
        assert one.pop("message") != other.pop("message")
        assert one == other
    by_header = ready.post(path, json=body, headers={"Accept-Language": "fr"})
    assert problem(by_header, 422)["detail"] == told["detail"]
    asked_in_english = {**body, "lang": "en"}
    kept = ready.post(path, json=asked_in_english, headers={"Accept-Language": "fr"})
    assert problem(kept, 422)["detail"] == english["detail"]


@pytest.mark.parametrize(("path", "value", "field"), WRONG_SHAPES)
def test_wrong_shapes_are_told_in_french(http: httpx.Client, path: str, value: Any, field: str) -> None:
    english = problem(post(http, changed(path, value)), 422)
    wanted = {"lang": "fr", **changed(path, value)}
    if path == "lang":
        wanted["lang"] = value
    answer = http.post("/predict/best-move", content=post_content(wanted), headers=JSON | FRENCH)
    french = problem(answer, 422)
    assert fields(french) == [field]
    assert french["errors"][0]["message"] != english["errors"][0]["message"]
    assert not any(word in french["detail"] for word in ("should", "Input", "not ", "; or"))


JSON = {"Content-Type": "application/json"}
FRENCH = {"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.8"}


def post_content(body: Any) -> bytes:
    return json.dumps(body).encode()


def test_english_is_as_pydantic_says_it() -> None:
    templates = {
        f"input.{one['type']}": one["message_template_python"] for one in _pydantic_core.list_all_errors()
    }
    ours = {kind: text.en for kind, text in TEXTS.items() if kind.startswith("input.")}
    own = {"input.extra_forbidden", "input.more", "input.either"}
    assert {kind: text for kind, text in ours.items() if kind not in own} == {
        kind: templates[kind] for kind in ours if kind not in own
    }


@pytest.mark.parametrize(
    ("model", "body"),
    [(BestMoveRequest, changed(path, value)) for path, value, _ in WRONG_SHAPES]
    + [(MatchupsRequest, {"you": [], "opponent": [FOE] * 7}), (PlanRequest, {"pokemon": "x", "want": 1})],
)
def test_numbers_and_plurals_are_pydantics(model: type[BestMoveRequest], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)
    for error in refused.value.errors():
        said = wrong_input(dict(error))
        assert isinstance(said, Message), "it has a text in both languages"
        if error["type"] != "extra_forbidden":
            assert str(said) == error["msg"]


def test_a_kind_of_error_that_the_catalogue_has_not_keeps_its_words() -> None:
    error = {"type": "frozen_field", "loc": ("body", "you"), "msg": "Field is frozen"}
    assert body_faults([error], {}) == {"body": "Field is frozen"}


@pytest.mark.parametrize(
    ("method", "path", "status", "french"),
    [
        ("GET", "/nope", 404, "Cette adresse n'existe pas."),
        ("GET", "/predict/best-move", 405, "GET n'est pas possible ici."),
        ("GET", "/pokemon/pikachoo", 404, "Pokémon inconnu : 'pikachoo'."),
        ("GET", "/types/watr/pokemon", 404, "Type inconnu : 'watr'."),
        ("GET", "/moves/?limit=many", 422, "limit : Un nombre entier est attendu"),
        ("GET", "/pokemon/search", 422, "q : Champ obligatoire"),
        ("GET", "/trainers/?kind=boss", 422, "kind : L'un de ceux-ci est attendu : 'gym', 'elite'"),
    ],
)
def test_without_a_body_the_header_or_the_query_tells(
    http: httpx.Client, method: str, path: str, status: int, french: str
) -> None:
    assert french in read(problem(http.request(method, path, headers=FRENCH), status)["detail"])
    asked = f"{path}{'&' if '?' in path else '?'}lang=fr"
    assert french in read(problem(http.request(method, asked), status)["detail"])
    answer = http.request(method, path)
    assert french not in problem(answer, status)["detail"]
    assert answer.headers["Content-Language"] == "en"


def test_bodies_that_are_no_request_are_told_by_the_header(http: httpx.Client) -> None:
    answer = http.post("/predict/best-move", content=b"[" * 100_000, headers=JSON | FRENCH)
    assert "ne peut pas être lu comme du JSON" in problem(answer, 422)["detail"]
    answer = http.post("/predict/best-move", content=b"{", headers=JSON | FRENCH)
    assert read(problem(answer, 422)["detail"]).startswith("body : JSON non valable")
    answer = http.post("/predict/best-move", content=b"x" * 300_000, headers=JSON | FRENCH)
    assert problem(answer, 413)["detail"] == "Le corps d'une requête peut avoir 262144 octets au plus."
    answer = http.post("/predict/best-move", content=b"[1]", headers=JSON | FRENCH)
    assert problem(answer, 422)["title"] == "La requête n'est pas valable"


def test_the_line_of_a_text_is_told_as_a_number(ready: httpx.Client) -> None:
    text = "Snorlax\n- Rest\n\nPikachu\n- Thunderbolt\n- Earthquake"
    (error,) = problem(ready.post("/teams/parse", json={"text": text}), 422)["errors"]
    assert (error["line"], error["field"]) == (6, "team[1].moves[1]")
    other = problem(ready.post("/predict/best-move", json=best(level=0)[1]), 422)["errors"]
    assert all("line" not in one for one in other)


def test_what_means_nothing_in_a_text_is_told_in_its_language(ready: httpx.Client) -> None:
    text = {"text": "Snorlax @ Leftovers\nAbility: Thick Fat\n- Rest"}
    english = ready.post("/teams/parse", json=text).json()["warnings"]
    assert english == [
        "Line 1: there are no held items in these games; Leftovers is left out.",
        "Line 2: Ability means nothing in these games and is left out.",
    ]
    french = ready.post("/teams/parse", json={**text, "lang": "fr"}).json()["warnings"]
    assert [read(one) for one in french] == [
        "Ligne 1 : il n'y a pas d'objets tenus dans ces jeux ; Leftovers est laissé de côté.",
        "Ligne 2 : Ability ne veut rien dire dans ces jeux et est laissé de côté.",
    ]


@pytest.mark.usefixtures("ready")
def test_the_client_speaks_a_language(address: str) -> None:
    with Client(address) as client:
        french = client.speaking("fr")
        with pytest.raises(ApiError, match="No prediction has the id 'x'"):
            client.tell_outcome("x", "win")
        with pytest.raises(ApiError, match="Aucune prédiction n'a le numéro 'x'"):
            french.tell_outcome("x", "win")
        with pytest.raises(ApiError, match=r"Ligne 1\s: Pokémon inconnu"):
            client.parse_team("Pikachoo", lang="fr")


def test_a_service_that_warms_up_says_so_in_both_languages() -> None:
    room = EngineRoom(1)
    with pytest.raises(NotReady) as refused:
        _ = room.advisor
    assert refused.value.message == "Predictions are not possible yet: the engine is warming up."
    assert refused.value.in_("fr") == "Pas encore de prédictions\N{NO-BREAK SPACE}: le moteur démarre."
    assert room.component_in("fr").detail == "le moteur démarre"
    room.stop()


@pytest.mark.slow
def test_time_that_is_up_is_told_in_the_language_of_the_body(settings: Settings) -> None:
    """By every address whose body has a language; the threads for battles and plans are taken meanwhile."""
    app = create_app(settings.model_copy(update={"request_timeout": 0.3}))
    taken = threading.Event()
    with serving_app(app) as address, httpx.Client(base_url=address, timeout=30) as http:
        app.state.service.engine = engine = EngineRoom(threads=1)
        engine.start()
        wait_until_ready(http)
        for queue in (engine._battles, engine._plans):
            queue.pool.submit(taken.wait)
        try:
            told = {path: http.post(path, json={**body, "lang": "fr"}) for path, body in spoken(app).items()}
            (path, body), *_ = spoken(app).items()
            english = http.post(path, json={**body, "lang": "en"}, headers=FRENCH)
            by_header = http.post(path, json=body, headers=FRENCH)
        finally:
            taken.set()
            engine.stop()
    assert {"/predict/best-move", "/predict/plan", "/battles/damage", "/teams/parse"} < told.keys()
    for answer in (*told.values(), by_header):
        assert problem(answer, 503, "timeout")["detail"].startswith("Pas de réponse en")
        assert answer.headers["Content-Language"] == "fr"
    assert problem(english, 503, "timeout")["detail"].startswith("There was no answer")


def spoken(app: FastAPI) -> dict[str, dict[str, Any]]:
    """Every address whose body has a language, with an example of it that names none."""
    document = app.openapi()
    found = {}
    for path, methods in document["paths"].items():
        for content in methods.get("post", {}).get("requestBody", {}).get("content", {}).values():
            name = content["schema"]["$ref"].rpartition("/")[2]
            if "lang" in document["components"]["schemas"][name]["properties"]:
                example = next(iter(content["examples"].values()))["value"]
                found[path] = {name: value for name, value in example.items() if name != "lang"}
    return found


def test_every_kind_of_problem_has_a_title() -> None:
    def below(cls: type[problems.Refusal]) -> set[str]:
        return {cls.kind}.union(*(below(one) for one in cls.__subclasses__()))

    kinds = {kind for _, kind in problems._BY_ERROR} | set(problems._BY_STATUS.values())
    kinds |= below(problems.Refusal) | {"internal", "timeout", "unauthorized", "forbidden", "rate-limited"}
    assert {kind.removeprefix("title.") for kind in TEXTS if kind.startswith("title.")} == kinds


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR-fr", "fr"),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "fr"),
        ("en;q=0.8, fr; q=0.9", "fr"),
        ("en, fr", "en"),
        ("de, fr;q=0.3", "fr"),
        ("de", "en"),
        ("fr;q=0", "en"),
        ("fr;q=much", "en"),
        ("fr;level=1", "en"),
        ("fry, french", "en"),
        (", ;;=,fr", "fr"),
        ("de," * 500 + "fr", "en"),
    ],
)
def test_what_a_header_likes_best(header: str, lang: str) -> None:
    assert language.accepted(header) == lang
