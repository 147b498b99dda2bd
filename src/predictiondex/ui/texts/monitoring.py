"""Texts of the monitoring page, and what the figures of a model are called."""

from __future__ import annotations

from predictiondex.messages import Text

TEXTS: dict[str, Text] = {
    "monitoring.title": Text("Monitoring", "Surveillance"),
    "monitoring.auto": Text("Refresh by itself", "Actualiser automatiquement"),
    "monitoring.refresh": Text("Refresh now", "Actualiser"),
    "monitoring.at": Text("As of {time} UTC.", "État à {time} UTC."),
    "monitoring.ok": Text("All is well", "Tout va bien"),
    "monitoring.degraded": Text(
        "Predictions are made, but something is missing",
        "Les prédictions marchent, mais il manque quelque chose",
    ),
    "monitoring.unavailable": Text("No predictions right now", "Pas de prédictions pour l'instant"),
    "monitoring.silent": Text("The service does not answer", "Le service ne répond pas"),
    "monitoring.silent_help": Text(
        "This page keeps looking at {url}; the last figures are shown below. If you run PredictionDex "
        "yourself: "
        "python3 pdx.py check",
        "Cette page continue d'interroger {url} ; les derniers chiffres sont ci-dessous. Si vous faites "
        "tourner "
        "PredictionDex vous-même : python3 pdx.py check",
    ),
    "monitoring.uptime": Text(
        "Version {version}, up for {age}.", "Version {version}, en service depuis {age}."
    ),
    "monitoring.services": Text("Services", "Services"),
    "monitoring.service": Text("Service", "Service"),
    "monitoring.state": Text("State", "État"),
    "monitoring.detail": Text("Detail", "Détail"),
    "monitoring.link": Text("Link", "Lien"),
    "monitoring.open": Text("Open {name}", "Ouvrir {name}"),
    "monitoring.documentation": Text("Documentation of the API", "Documentation de l'API"),
    "monitoring.well": Text("well", "en ordre"),
    "monitoring.away": Text("does not answer", "ne répond pas"),
    "monitoring.bad": Text("not well", "en défaut"),
    "monitoring.none": Text("not set up", "non configuré"),
    "monitoring.api": Text("API", "API"),
    "monitoring.facts": Text("Facts of the games", "Données des jeux"),
    "monitoring.engine": Text("Battle rules and model", "Règles du combat et modèle"),
    "monitoring.database": Text("Database", "Base de données"),
    "monitoring.keys": Text("API keys", "Clés d'API"),
    "monitoring.live": Text("Right now", "En ce moment"),
    "monitoring.point": Text("{number} point", "{number} point"),
    "monitoring.points": Text("{number} points", "{number} points"),
    "monitoring.total": Text("Times since the service started.", "Temps depuis le démarrage du service."),
    "monitoring.window": Text(
        "Times of the last {age}; where nothing was asked since, of all the time it has been up.",
        "Temps des {age} écoulées ; sans demande depuis, de toute la durée de service.",
    ),
    "monitoring.requests": Text("Requests", "Requêtes"),
    "monitoring.per_second": Text("{rate} per second", "{rate} par seconde"),
    "monitoring.failed": Text("Failed (5xx)", "En échec (5xx)"),
    "monitoring.half": Text("Half within", "La moitié en"),
    "monitoring.most": Text("95% within", "95 % en"),
    "monitoring.predictions": Text("Predictions", "Prédictions"),
    "monitoring.predicted": Text("A prediction takes", "Une prédiction prend"),
    "monitoring.predicted_most": Text("95% within {time}", "95 % en {time}"),
    "monitoring.confidence": Text("Mean confidence", "Confiance moyenne"),
    "monitoring.queue": Text("Waiting for the database", "En attente de la base"),
    "monitoring.dropped": Text("lost: {number}", "perdues : {number}"),
    "monitoring.progress": Text("In progress", "En cours"),
    "monitoring.rates": Text(
        "Requests per second, lately: {rates}", "Requêtes par seconde, récemment : {rates}"
    ),
    "monitoring.routes": Text("By address", "Par adresse"),
    "monitoring.route": Text("Address", "Adresse"),
    "monitoring.refused": Text("Refused (4xx)", "Refusées (4xx)"),
    "monitoring.no_figures": Text(
        "The figures cannot be read: {detail}", "Les chiffres ne peuvent pas être lus : {detail}"
    ),
    "monitoring.watch": Text("Does the model still fit?", "Le modèle convient-il toujours ?"),
    "monitoring.drift": Text("Are questions as in training?", "Questions comme à l'entraînement ?"),
    "monitoring.drifted": Text("No: they have drifted", "Non : elles ont dérivé"),
    "monitoring.steady": Text("Yes", "Oui"),
    "monitoring.unknown": Text("Not known yet", "Pas encore connu"),
    "monitoring.judged": Text("questions judged: {number}", "questions jugées : {number}"),
    "monitoring.drift_columns": Text(
        "What changed most (index; above 0.2 it counts)",
        "Ce qui a le plus changé (indice ; compte au-delà de 0,2)",
    ),
    "monitoring.error": Text("Error against replayed battles", "Erreur face aux combats rejoués"),
    "monitoring.replayed": Text("replayed: {number}", "rejoués : {number}"),
    "monitoring.regret": Text("Lost by following the advice", "Perdu en suivant le conseil"),
    "monitoring.calibration": Text("Chances too high or low by", "Chances décalées de"),
    "monitoring.outcomes": Text("Score against told results", "Score face aux résultats signalés"),
    "monitoring.told": Text("results: {number}", "résultats : {number}"),
    "monitoring.looked": Text("Last look: {age} ago", "Dernier contrôle : il y a {age}"),
    "monitoring.nobody": Text(
        "Nobody watches: the watcher is off or has not looked yet.",
        "Personne ne surveille : la surveillance est coupée ou n'a pas encore eu lieu.",
    ),
    "monitoring.model": Text("Model", "Modèle"),
    "monitoring.serving": Text(
        "Answers come from: {name}, version {version}", "Les réponses viennent de : {name}, version {version}"
    ),
    "monitoring.simulation": Text("simulated battles", "combats simulés"),
    "monitoring.version": Text("Version", "Version"),
    "monitoring.since": Text("since {time} UTC", "depuis le {time} UTC"),
    "monitoring.versions": Text("Versions", "Versions"),
    "monitoring.role": Text("Role", "Rôle"),
    "monitoring.champion": Text("champion", "champion"),
    "monitoring.challenger": Text("challenger", "prétendant"),
    "monitoring.created": Text("Trained (UTC)", "Entraîné (UTC)"),
    "monitoring.rows": Text("Rows", "Lignes"),
    "monitoring.damaged": Text("Its files are damaged.", "Ses fichiers sont endommagés."),
    "monitoring.no_versions": Text(
        "There is no trained model on this service yet: simulated battles answer.",
        "Aucun modèle entraîné sur ce service pour l'instant : des combats simulés répondent.",
    ),
    "monitoring.history": Text("What happened", "Ce qui s'est passé"),
    "monitoring.time": Text("Time (UTC)", "Heure (UTC)"),
    "monitoring.reason": Text("Reason", "Raison"),
    "monitoring.by": Text("By", "Par"),
    "monitoring.did_train": Text("trained", "entraîné"),
    "monitoring.did_become": Text("became champion", "devenu champion"),
    "monitoring.did_first": Text(
        "no champion to compare with, and within the limits of sanity",
        "aucun champion à qui le comparer, et des chiffres plausibles",
    ),
    "monitoring.did_nothing": Text("nothing to judge by", "rien pour en juger"),
    "monitoring.did_return": Text("rolled back from {version}", "retour en arrière depuis {version}"),
    "monitoring.did_fetch": Text("champion of {place}", "champion de {place}"),
    "monitoring.did_refuse": Text("refused: {why}", "refusé : {why}"),
    "monitoring.not_worse": Text("not worse: {figure}", "pas moins bon : {figure}"),
    "monitoring.worse": Text("worse: {figure}", "moins bon : {figure}"),
    "monitoring.compared": Text(
        "{name} ({part}): {now} instead of {before}, p = {chance} on {rows} rows",
        "{name} ({part}) : {now} au lieu de {before}, p = {chance} sur {rows} lignes",
    ),
    "monitoring.rmse": Text("Error of a chance (RMSE)", "Erreur d'une chance (RMSE)"),
    "monitoring.ece": Text("Calibration error", "Erreur de calibration"),
    "monitoring.decided": Text("Right on decided battles", "Juste sur les combats tranchés"),
    "monitoring.opening_regret": Text("Lost by following the advice", "Perdu en suivant le conseil"),
    "monitoring.unseen": Text("Error on unseen species", "Erreur sur espèces inconnues"),
}
