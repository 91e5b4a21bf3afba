"""French: every standard sentence by its English template, and what goes into it."""

from collections.abc import Mapping

from loyalty_engine.rulebook.telling.wording import NO_BREAK, Language

TEMPLATES: Mapping[str, str] = {
    # conditions
    "the member is one of {any_of}": "le membre fait partie de {any_of}",
    "the member's tier is {any_of}": "le membre a le statut {any_of}",
    "the basket comes to {amount} or more": "le panier atteint {amount}",
    "{at_least} or more is spent[ on {category}][ on item {sku}][ on {brand}]": (
        "les achats[ du rayon {category}][ de l'article {sku}][ de la marque {brand}]"
        " atteignent {at_least}"
    ),
    "{quantity} or more is bought[ of {category}][ of item {sku}][ of {brand}]": (
        "la quantité[ du rayon {category}][ de l'article {sku}][ de la marque {brand}]"
        " atteint {quantity}"
    ),
    "something from {paths} is bought": "un produit du rayon {paths} est acheté",
    "item {any_of} is bought": "l'article {any_of} est acheté",
    "something by {any_of} is bought": "un produit de la marque {any_of} est acheté",
    "there are {any_of} in the basket": "le panier comprend des {any_of}",
    "the store is {any_of}": "le magasin est {any_of}",
    "the purchase is made by {any_of}": "le point de contact est {any_of}",
    "the voucher {codes} is used": "le bon {codes} est utilisé",
    "the purchase is paid by {methods}": "l'achat est payé par {methods}",
    "a code of “{any_of}” is used": "un code « {any_of} » est utilisé",
    "the day is {days}": "le jour est {days}",
    "the time is from {from_} until {until}": "il est entre {from_} et {until}",
    "the date is from {from_} to {until}": "la date va du {from_} au {until}",
    "the date is {dates}": "la date est le {dates}",
    "it is the member's purchase number {n}": "c'est l'achat numéro {n} du membre",
    "it is a purchase whose number is a multiple of {n}": (
        "c'est un achat dont le numéro est un multiple de {n}"
    ),
    "it is the member's first purchase": "c'est le premier achat du membre",
    "the last purchase was {at_least:day|days} ago or more": (
        "le dernier achat date d'au moins {at_least:jour|jours}"
    ),
    (
        "it is the member's birthday[ or at most {days_before:day|days} before it]"
        "[ or at most {days_after:day|days} after it]"
    ): (
        "c'est l'anniversaire du membre[ ou au plus {days_before:jour|jours} avant]"
        "[ ou au plus {days_after:jour|jours} après]"
    ),
    (
        "it is the anniversary of joining[ or at most {days_before:day|days} before it]"
        "[ or at most {days_after:day|days} after it]"
    ): (
        "c'est l'anniversaire de l'adhésion[ ou au plus {days_before:jour|jours} avant]"
        "[ ou au plus {days_after:jour|jours} après]"
    ),
    "the member joined {at_least:day|days} ago or more": (
        "l'adhésion date d'au moins {at_least:jour|jours}"
    ),
    "the member's {name} is {any_of}": "l'attribut {name} du membre est {any_of}",
    "the member's language is {any_of}": "la langue du membre est {any_of}",
    "the buyer is a member": "l'acheteur est membre",
    "the buyer is not a member": "l'acheteur n'est pas membre",
    "what happened is: {any_of}": "il s'agit de : {any_of}",
    "{field} is told[, {at_least} or more][, {at_most} or less][, as {any_of}]": (
        "{field} est indiqué[, au moins {at_least}][, au plus {at_most}][, égal à {any_of}]"
    ),
    "{any_of}": "{any_of}",
    # groups of words
    "({parts:and})": "({parts:and})",
    "({parts:or})": "({parts:or})",
    "none of ({parts:or})": "rien de ce qui suit ({parts:or})",
    "all but ({parts:or})": "tout sauf ({parts:or})",
    # selectors
    "{paths}": "le rayon {paths}",
    "item {any_of}": "l'article {any_of}",
    "{any_of} products": "les produits {any_of}",
    "products whose {name} is {any_of}": "les produits dont l'attribut {name} est {any_of}",
    "products from {amount}": "les produits à partir de {amount}",
    "products that are not marked down": "les produits non démarqués",
    "products at full price": "les produits à plein tarif",
    # effects
    "{points:unit} for each {per}[{carry?}, the rest is carried over]": (
        "{points:unit} par tranche de {per}[{carry?}, l'excédent est reporté]"
    ),
    "{points:unit} for each[ {every}] product[{every?}s]": (
        "{points:unit} par[ tranche de {every}] produit[{every?}s]"
    ),
    "{points:unit}": "{points:unit}",
    "{unit} count {factor} times": "les {unit} comptent {factor} fois",
    "{percent} off[, at most {at_most}]": "{percent} de remise[, au plus {at_most}]",
    "{amount} off": "{amount} de remise",
    "what the code is worth off": "la valeur du code en remise",
    "{amount} off each product": "{amount} de remise par produit",
    "{price} for each product": "{price} le produit",
    "{take} for the price of {pay}[, at most {times} times]": (
        "{take} pour le prix de {pay}[, au plus {times} fois]"
    ),
    "[{percent} off][{amount} off][{price} for] the[ {units}] cheapest product[{units?}s]": (
        "[{percent} de remise sur][{amount} de remise sur][{price} pour]"
        " le[{units?}s][ {units}] produit[{units?}s] le[{units?}s] moins cher[{units?}s]"
    ),
    "[{percent} off][{amount} off][{price} for] the[ {units}] dearest product[{units?}s]": (
        "[{percent} de remise sur][{amount} de remise sur][{price} pour]"
        " le[{units?}s][ {units}] produit[{units?}s] le[{units?}s] plus cher[{units?}s]"
    ),
    (
        "[{percent} off][{amount} off][{price} for] one of every {every} products"
        "[, at most {times} times]"
    ): (
        "[{percent} de remise sur][{amount} de remise sur][{price} pour]"
        " un produit sur {every}[, au plus {times} fois]"
    ),
    (
        "any {take} products[ for {price}][ at {percent} off][ at {amount} off]"
        "[, at most {times} times]"
    ): (
        "{take} produits au choix[ pour {price}][ avec {percent} de remise]"
        "[ avec {amount} de remise][, au plus {times} fois]"
    ),
    (
        "a set of[ {sku:and},][ something from {category:and},][ something by {brand:and},] "
        "together[ for {price}][ at {percent} off][ at {amount} off][, at most {times} times]"
    ): (
        "un lot avec[ {sku:and},][ un produit du rayon {category:and},]"
        "[ un produit de la marque {brand:and},] ensemble[ pour {price}]"
        "[ avec {percent} de remise][ avec {amount} de remise][, au plus {times} fois]"
    ),
    (
        "buy {buy}, get {get} more[ of item {get_sku}][ of {get_category}][ by {get_brand}]"
        "[ at {percent} off][ at {amount} off][ for {price}][, at most {times} times]"
    ): (
        "pour {buy} achetés, {get} de plus[ de l'article {get_sku}][ du rayon {get_category}]"
        "[ de la marque {get_brand}][ avec {percent} de remise][ avec {amount} de remise]"
        "[ à {price}][, au plus {times} fois]"
    ),
    "[{percent} off][{amount} off] for spending {spent}": (
        "[{percent} de remise][{amount} de remise] dès {spent} d'achats"
    ),
    "[{percent} off][{amount} off] for buying {units} products": (
        "[{percent} de remise][{amount} de remise] dès {units} produits"
    ),
    "the voucher “{voucher}” for next time": "le bon « {voucher} » pour la prochaine fois",
    "the message “{text}”": "le message « {text} »",
}

FRENCH = Language(
    tag="fr",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    first_of_month="1er",
    yes="oui",
    no="non",
    conjunctions={"and": "et", "or": "ou"},
    point=",",
    sign_after=True,
    percent="{}" + NO_BREAK + "%",
    hours="{}h{}",
    zero_is_plural=False,
    phrases={
        "when": "quand {}",
        "on": "sur {}",
        "minor": "encore {}",
        "milli": "encore {}",
        "count": "{} plus tard",
        "days": "dans {}",
        "seconds": "dans {}",
        "tier": "avec le statut {}",
        "dated": "{} (du {} au {})",
        "dated.on": "{} (à partir du {})",
        "rule": "{}" + NO_BREAK + ": {}",
        "kind goods": "articles",
        "kind shipping": "frais de livraison",
        "kind gift_card": "cartes cadeaux",
        "kind deposit": "consignes",
        "kind donation": "dons",
        "minor.gives": "avec {} de plus" + NO_BREAK + ": {}",
        "milli.gives": "avec {} de plus" + NO_BREAK + ": {}",
        "count.gives": "{} plus tard" + NO_BREAK + ": {}",
        "days.gives": "dans {}" + NO_BREAK + ": {}",
        "seconds.gives": "dans {}" + NO_BREAK + ": {}",
        "tier.gives": "avec le statut {}" + NO_BREAK + ": {}",
        "if.gives": "si {}" + NO_BREAK + ": {}",
        "off": "{} de remise",
        "nobody": "aucun membre n'est nommé",
        "nothing": "rien",
        "reward_not_live": "cet avantage n'est pas proposé aujourd'hui",
        "reward_sold_out": "il n'y en a plus",
        "reward_limit_reached": "il ne peut pas être pris plus souvent",
        "member_left": "le membre a quitté le programme",
        "member_frozen": "le compte du membre est gelé",
        "challenge.left": "encore {}{}" + NO_BREAK + ": {}",
        "challenge.done": "terminé",
        "challenge.tier": "le statut {}",
        "limit": "au plus {}{}{}",
        "scope.purchase": " par achat",
        "scope.member": " par membre",
        "scope.household": " par foyer",
        "scope.code": " par bon",
        "scope.campaign": " pour la campagne « {} »",
        "liability": "{} de coût",
        "value.gift_card": "La carte cadeau paie {} ; il reste {}",
        "value.store_credit": "L'avoir paie {} ; il en reste {}",
        "value.until": " jusqu'au {}",
        "value.load": "{} sont mis sur la carte cadeau",
        "value.back.gift_card": "{} sont rendus sur la carte cadeau",
        "value.back.store_credit": "{} sont rendus en avoir",
        "scope.store": " par magasin",
        "scope.all": " pour tous ensemble",
        "period.life": "",
        "period.day": " par jour",
        "period.week": " par semaine",
        "period.month": " par mois",
        "period.year": " par an",
    },
    counts={
        "count": ("achat", "achats"),
        "days": ("jour", "jours"),
        "hours": ("heure", "heures"),
        "minutes": ("minute", "minutes"),
        "seconds": ("seconde", "secondes"),
        "uses": ("fois", "fois"),
        "units": ("article", "articles"),
        "events": ("fois", "fois"),
        "categories": ("catégorie", "catégories"),
        "brands": ("marque", "marques"),
        "stores": ("magasin", "magasins"),
        "visits": ("visite", "visites"),
        "weeks": ("semaine", "semaines"),
        "months": ("mois", "mois"),
    },
    elisions={"si il ": "s'il "},
    templates=TEMPLATES,
)
