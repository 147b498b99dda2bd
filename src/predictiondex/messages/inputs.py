"""What does not have the form of a request, by pydantic's kinds of errors; in English as pydantic says it.

A kind that is not here is told in pydantic's words. Blanks are those of its templates; the plural of a limit
has the same letter in both languages.
"""

from __future__ import annotations

from predictiondex.messages.text import Text

TEXTS: dict[str, Text] = {
    "input.json_invalid": Text("Invalid JSON: {error}", "JSON non valable : {error}"),
    "input.missing": Text("Field required", "Champ obligatoire"),
    "input.extra_forbidden": Text("No such field", "Ce champ n'existe pas"),
    "input.model_type": Text(
        "Input should be a valid dictionary or instance of {class_name}",
        "Un objet est attendu ({class_name})",
    ),
    "input.model_attributes_type": Text(
        "Input should be a valid dictionary or object to extract fields from", "Un objet est attendu"
    ),
    "input.dict_type": Text("Input should be a valid dictionary", "Un objet est attendu"),
    "input.list_type": Text("Input should be a valid list", "Une liste est attendue"),
    "input.too_short": Text(
        "{field_type} should have at least {min_length} item{expected_plural} after validation, "
        "not {actual_length}",
        "Au moins {min_length} élément{expected_plural} attendu{expected_plural}, et non {actual_length}",
    ),
    "input.too_long": Text(
        "{field_type} should have at most {max_length} item{expected_plural} after validation, "
        "not {actual_length}",
        "Au plus {max_length} élément{expected_plural} attendu{expected_plural}, et non {actual_length}",
    ),
    "input.more": Text("more", "davantage"),
    "input.string_type": Text("Input should be a valid string", "Un texte est attendu"),
    "input.string_too_short": Text(
        "String should have at least {min_length} character{expected_plural}",
        "Le texte doit avoir au moins {min_length} caractère{expected_plural}",
    ),
    "input.string_too_long": Text(
        "String should have at most {max_length} character{expected_plural}",
        "Le texte doit avoir au plus {max_length} caractère{expected_plural}",
    ),
    "input.string_pattern_mismatch": Text(
        "String should match pattern '{pattern}'", "Le texte doit correspondre au motif '{pattern}'"
    ),
    "input.string_unicode": Text(
        "Input should be a valid string, unable to parse raw data as a unicode string",
        "Un texte est attendu, et ces octets n'en sont pas un en Unicode",
    ),
    "input.bool_type": Text("Input should be a valid boolean", "true ou false est attendu"),
    "input.bool_parsing": Text(
        "Input should be a valid boolean, unable to interpret input", "true ou false est attendu"
    ),
    "input.int_type": Text("Input should be a valid integer", "Un nombre entier est attendu"),
    "input.int_parsing": Text(
        "Input should be a valid integer, unable to parse string as an integer",
        "Un nombre entier est attendu",
    ),
    "input.int_parsing_size": Text(
        "Unable to parse input string as an integer, exceeded maximum size", "Ce nombre entier est trop long"
    ),
    "input.int_from_float": Text(
        "Input should be a valid integer, got a number with a fractional part",
        "Un nombre entier est attendu, sans décimales",
    ),
    "input.float_type": Text("Input should be a valid number", "Un nombre est attendu"),
    "input.float_parsing": Text(
        "Input should be a valid number, unable to parse string as a number", "Un nombre est attendu"
    ),
    "input.finite_number": Text("Input should be a finite number", "Un nombre fini est attendu"),
    "input.greater_than": Text("Input should be greater than {gt}", "Un nombre supérieur à {gt} est attendu"),
    "input.greater_than_equal": Text(
        "Input should be greater than or equal to {ge}", "Un nombre d'au moins {ge} est attendu"
    ),
    "input.less_than": Text("Input should be less than {lt}", "Un nombre inférieur à {lt} est attendu"),
    "input.less_than_equal": Text(
        "Input should be less than or equal to {le}", "Un nombre d'au plus {le} est attendu"
    ),
    "input.literal_error": Text("Input should be {expected}", "L'un de ceux-ci est attendu : {expected}"),
    "input.either": Text("{one}; or: {other}", "{one} ; ou : {other}"),
}
