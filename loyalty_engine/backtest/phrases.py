"""The words of the report, in English and French."""

from collections.abc import Mapping
from typing import Final

_FRENCH: Final[Mapping[str, str]] = {
    "Backtest": "Simulation sur le passé",
    "Before": "Avant",
    "After": "Après",
    "Difference": "Écart",
    "What it comes to": "Bilan",
    "cost": "coût",
    "money off": "remises",
    "points at their declared value": "points à leur valeur déclarée",
    "sales after discounts": "ventes après remises",
    "cost in per cent of sales": "coût en pour cent des ventes",
    "owed in points at the end": "dette de points à la fin",
    "purchases": "achats",
    "returns": "retours",
    "members": "membres",
    "given by rules": "donnés par les règles",
    "spent": "dépensés",
    "expired": "expirés",
    "outstanding at the end": "en circulation à la fin",
    "owed by members": "dus par des membres",
    "had to be brought: these rules gave too few": "ajoutés : ces règles en donnaient trop peu",
    "refused": "refusés",
    "What is different": "Ce qui change",
    "Nothing: both are the same rules.": "Rien : les règles sont les mêmes.",
    "Members": "Membres",
    "better off": "gagnants",
    "worse off": "perdants",
    "as before": "inchangés",
    "members better off": "membres gagnants",
    "members worse off": "membres perdants",
    "gain or loss of a member": "gain ou perte d'un membre",
    "share": "part",
    "Tiers at the end": "Niveaux à la fin",
    "before \\ after": "avant \\ après",
    "Rules": "Règles",
    "rule": "règle",
    "times": "fois",
    "points": "points",
    "turned into others": "convertis",
    "Segments": "Segments",
    "segment": "segment",
    "sales": "ventes",
    "Stores": "Magasins",
    "store": "magasin",
    "none": "aucun",
    "Weeks": "Semaines",
    "week from": "semaine du",
    "Who gains most": "Ceux qui gagnent le plus",
    "Who loses most": "Ceux qui perdent le plus",
    "member": "membre",
    "tier": "niveau",
    "spend": "dépenses",
    "top tenth": "dixième supérieur",
    "next 40 %": "40 % suivants",
    "lower half": "moitié inférieure",
    "How it was done": "Comment c'est fait",
    "Cost by week": "Coût par semaine",
    "Members by gain": "Membres par gain",
    "Cost by rule": "Coût par règle",
    "Every member was played apart from the others: no limit is shared.":
        "Chaque membre est rejoué séparément : aucune limite n'est partagée.",
    "Everybody was played in the order of time, for these limits are shared:":
        "Tous sont rejoués dans l'ordre du temps, car ces limites sont partagées :",
    "Purchases from {first} to {last}.": "Achats du {first} au {last}.",
    "Up to {since} the rules of before hold on both sides, and nothing is counted.":
        "Jusqu'au {since}, les règles d'avant valent des deux côtés et rien n'est compté.",
    "Cost is money off and the points that rules gave, at the value that the programme declares,"
    " less what came back.":
        "Le coût est la somme des remises et des points donnés par les règles, à la valeur déclarée"
        " par le programme, moins ce qui est revenu.",
    "{lines} lines of the file were read, {played} played; left out: {left_out}.":
        "{lines} lignes du fichier lues, {played} rejouées ; laissées de côté : {left_out}.",
    "The purchases are those that the engine itself has recorded.":
        "Ce sont les achats enregistrés par le programme lui-même.",
    "Better off is who gets more money off and points together, at their declared value."
    " Guests are not counted.":
        "Gagne qui reçoit plus de remises et de points ensemble, à leur valeur déclarée."
        " Les clients sans carte ne comptent pas.",
    "How many members gain or lose how much in all, in {currency}.":
        "Combien de membres gagnent ou perdent combien en tout, en {currency}.",
    "How many members stood in which tier before, by row, and stand after, by column.":
        "Combien de membres étaient à quel niveau avant, par ligne, et le sont après, par colonne.",
    "Members only: sales before, and cost in {currency}. Each kind of segment holds every member"
    " once; tiers are those at the end before.":
        "Membres seulement : ventes avant, et coût en {currency}. Chaque sorte de segment compte"
        " chaque membre une fois ; les niveaux sont ceux de la fin, avant.",
    "Cost is money off and the points that rules gave, at the value that the programme declares,"
    " less what came back. Sales are what was paid for what was kept: where a return loses a"
    " discount that is larger than its refund, nobody is asked to pay, so that sales and money"
    " off need not differ by the same amount.":
        "Le coût est la somme des remises et des points donnés par les règles, à la valeur déclarée"
        " par le programme, moins ce qui est revenu. Les ventes sont ce qui a été payé pour ce qui"
        " est gardé : si un retour fait perdre une remise plus grande que son remboursement, rien"
        " n'est réclamé ; l'écart des ventes peut donc différer de celui des remises.",
    "Cost of each rule in {currency}, the dearest first.":
        "Coût de chaque règle en {currency}, la plus chère d'abord.",
    "Sales and cost in {currency}; what came back is taken off where and when it was bought.":
        "Ventes et coût en {currency} ; ce qui revient est déduit là et quand il a été acheté.",
    "The difference of a week lies between {least} and {most}, in the middle at {middle}.":
        "L'écart d'une semaine va de {least} à {most}, avec une médiane de {middle}.",
    "Members are taken to buy as they did: nobody knows from the past who would have come for a"
    " better offer, or stayed away from a worse one.":
        "Les membres achètent comme ils l'ont fait : le passé ne dit pas qui serait venu pour une"
        " meilleure offre, ni qui serait parti pour une moins bonne.",
    "total": "total",
    "{purchases} purchases and {returns} returns of {members} members, {first} to {last}":
        "{purchases} achats et {returns} retours de {members} membres, du {first} au {last}",
    "Difference by week": "Écart par semaine",
    "nothing": "rien",
    "others": "autres",
}  # fmt: skip


class Phrases:
    """Words, numbers and amounts in a language; English where it is neither."""

    def __init__(self, language: str, currency: str, decimals: int) -> None:
        self.language = "fr" if language.partition("-")[0] == "fr" else "en"
        self._currency = currency
        self._decimals = decimals

    def __call__(self, text: str, **values: object) -> str:
        """A text in the language, with what stands in braces filled in."""
        said = _FRENCH.get(text, text) if self.language == "fr" else text
        return said.format(**values) if values else said

    def number(self, number: int, *, signed: bool = False) -> str:
        """A whole number, in groups of three digits."""
        text = f"{number:+,}" if signed and number else f"{number:,}"
        return text.replace(",", "\u202f") if self.language == "fr" else text

    def money(self, minor: int, *, signed: bool = False) -> str:
        """Minor units as an amount of the currency, with its code."""
        between = "\u00a0" if self.language == "fr" else " "
        return f"{self.amount(minor, signed=signed)}{between}{self._currency}"

    def amount(self, minor: int, *, signed: bool = False) -> str:
        """Minor units as an amount, where it is known of which currency."""
        whole, rest = divmod(abs(minor), 10**self._decimals)
        mark = "," if self.language == "fr" else "."
        tail = f"{mark}{rest:0{self._decimals}d}" if self._decimals else ""
        sign = "-" if minor < 0 else "+" if signed and minor else ""
        return f"{sign}{self.number(whole)}{tail}"

    def percent(self, part: int, whole: int, places: int = 1) -> str:
        """A share with so many decimals, half up."""
        if not whole:
            return ""
        one = 10**places
        parts = (200 * one * part + whole) // (2 * whole)
        sign, parts = ("-", -parts) if parts < 0 else ("", parts)
        mark = "," if self.language == "fr" else "."
        return f"{sign}{parts // one}{mark}{parts % one:0{places}d}\u00a0%"
