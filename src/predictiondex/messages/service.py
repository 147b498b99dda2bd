"""What the service says when it does not answer, and the client when nobody does."""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    # Titles of problems, by their kind.
    "title.invalid-request": Text("The request is not valid", "La requête n'est pas valable"),
    "title.unknown-name": Text("No such name", "Ce nom n'existe pas"),
    "title.illegal-move": Text(
        'The Pokémon cannot have that move ("strict": false allows it)',
        'Le Pokémon ne peut pas avoir cette capacité ("strict": false le permet)',
    ),
    "title.unsupported-move": Text(
        "The rules do not play that move yet", "Les règles ne jouent pas encore cette capacité"
    ),
    "title.not-found": Text("Nothing is at this address", "Il n'y a rien à cette adresse"),
    "title.method-not-allowed": Text(
        "This address does not take that method", "Cette adresse n'accepte pas cette méthode"
    ),
    "title.too-large": Text("The body is too large", "Le corps de la requête est trop grand"),
    "title.not-ready": Text("The service is not ready yet", "Le service n'est pas encore prêt"),
    "title.store-unavailable": Text("The database is away", "La base de données ne répond pas"),
    "title.registry-unavailable": Text(
        "The record of models cannot be read", "Le registre des modèles ne peut pas être lu"
    ),
    "title.log-full": Text(
        "Predictions cannot be logged at the moment",
        "Les prédictions ne peuvent pas être enregistrées pour l'instant",
    ),
    "title.overloaded": Text("Too many requests are being answered", "Trop de requêtes sont en cours"),
    "title.timeout": Text("That took too long", "Cela a pris trop de temps"),
    "title.stopping": Text("The service is stopping", "Le service s'arrête"),
    "title.unauthorized": Text("An API key is needed", "Il faut une clé d'API"),
    "title.forbidden": Text("This is not allowed", "Cela n'est pas permis"),
    "title.rate-limited": Text("Too many requests", "Trop de requêtes"),
    "title.conflict": Text("Something else is known already", "Autre chose est déjà connu"),
    "title.http-error": Text("The request was refused", "La requête a été refusée"),
    "title.internal": Text(
        "Something went wrong on our side", "Quelque chose n'a pas fonctionné de notre côté"
    ),
    # Their details.
    "service.fields": Text("{field}: {message}", "{field} : {message}"),
    "service.more_fields": Text("{first} (and {count} more)", "{first} (et {count} de plus)"),
    "service.unreadable": Text(
        "The body cannot be read as JSON.", "Le corps de la requête ne peut pas être lu comme du JSON."
    ),
    "service.no_json": Text(
        "The body is not sent as JSON: send the header Content-Type: application/json",
        "Le corps n'est pas envoyé comme du JSON : ajoutez l'en-tête Content-Type: application/json",
    ),
    "service.too_large": Text(
        "A body may have at most {most} bytes.", "Le corps d'une requête peut avoir {most} octets au plus."
    ),
    "service.no_address": Text(
        "No such address. /docs lists what there is.", "Cette adresse n'existe pas. /docs les liste toutes."
    ),
    "service.no_method": Text("{method} is not possible here.", "{method} n'est pas possible ici."),
    "service.fault": Text(
        "The fault was logged under the id of this request.",
        "L'erreur a été notée dans le journal sous le numéro de cette requête.",
    ),
    "service.not_ready": Text(
        "Predictions are not possible yet: {reason}.", "Pas encore de prédictions : {reason}."
    ),
    "service.warming": Text("the engine is warming up", "le moteur démarre"),
    "service.cannot_start": Text(
        "the engine cannot start: {reason}", "le moteur ne peut pas démarrer : {reason}"
    ),
    "service.overloaded": Text(
        "Too many requests are being answered; ask again in a moment.",
        "Trop de requêtes sont en cours ; redemandez dans un moment.",
    ),
    "service.stopping": Text(
        "The service is stopping; ask again in a moment.",
        "Le service s'arrête ; redemandez dans un moment.",
    ),
    "service.late": Text(
        "There was no answer within {seconds:g} s; ask for less, or again later.",
        "Pas de réponse en {seconds:g} s ; demandez moins, ou plus tard.",
    ),
    "service.not_whole": Text(
        "The request was not whole within {seconds:g} s.", "La requête n'était pas complète en {seconds:g} s."
    ),
    "service.store_away": Text(
        "The database is away; ask again in a moment.",
        "La base de données ne répond pas ; redemandez dans un moment.",
    ),
    "service.registry_away": Text(
        "The record of models cannot be read; the log of the service says why. Predictions go on.",
        "Le registre des modèles ne peut pas être lu ; le journal du service dit pourquoi. Les prédictions "
        "continuent.",
    ),
    "service.model_left_out": Text(
        "the model is left out: {problem}", "le modèle est laissé de côté : {problem}"
    ),
    "service.champion_left_out": Text(
        "the new champion is left out, version {version} serves on: {problem}",
        "le nouveau champion est laissé de côté, la version {version} reste en service : {problem}",
    ),
    "service.log_stopping": Text(
        "The service is stopping; the prediction log takes no more.",
        "Le service s'arrête ; le journal des prédictions n'accepte plus rien.",
    ),
    "service.log_unwritable": Text(
        "The prediction log cannot be written: {error}.",
        "Le journal des prédictions ne peut pas être écrit : {error}.",
    ),
    "service.log_full": Text(
        "The prediction log is full: the database has been away for too long. Nothing was predicted.",
        "Le journal des prédictions est plein : la base de données ne répond plus depuis trop longtemps. "
        "Rien n'a été prédit.",
    ),
    "service.this_machine": Text(
        "Without API keys only this machine itself is served: set PDX_HOST and make a key.",
        "Sans clés d'API, seule cette machine est servie : réglez PDX_HOST et créez une clé.",
    ),
    "service.no_key": Text("Send an API key in X-API-Key.", "Envoyez une clé d'API dans X-API-Key."),
    "service.no_check": Text(
        "API keys cannot be checked at the moment: {reason}.",
        "Les clés d'API ne peuvent pas être vérifiées pour l'instant : {reason}.",
    ),
    "service.keys_unread": Text(
        "the file of keys cannot be read; the log of the service says why",
        "le fichier des clés ne peut pas être lu ; le journal du service dit pourquoi",
    ),
    "service.no_scope": Text(
        "This API key has not the scope for that.", "Cette clé d'API n'a pas la portée qu'il faut."
    ),
    "service.too_often": Text(
        "This API key was used too often; ask again in {seconds} s.",
        "Cette clé d'API a servi trop souvent ; redemandez dans {seconds} s.",
    ),
    # Outcomes of predictions.
    "outcome.no_prediction": Text(
        "No prediction has the id {id!r}.", "Aucune prédiction n'a le numéro {id!r}."
    ),
    "outcome.no_choice": Text(
        "That move was no choice in this prediction.",
        "Cette capacité n'était pas au choix dans cette prédiction.",
    ),
    "outcome.other": Text(
        "Another outcome was told for this prediction; the first one stands.",
        "Une autre issue a déjà été donnée pour cette prédiction ; la première reste.",
    ),
    # Of the client.
    "client.no_answer": Text("No answer from {url}: {reason}", "Pas de réponse de {url} : {reason}"),
    "client.late": Text("timed out", "délai dépassé"),
    "client.nobody": Text("connection refused", "connexion refusée"),
    "client.not_ours": Text(
        "{url} answered {status} with something that is not this API's.",
        "{url} a répondu {status} avec ce qui n'est pas de cette API.",
    ),
}
