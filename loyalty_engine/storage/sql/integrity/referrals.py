"""What must hold for every referral and its rewards."""

from functools import partial

from loyalty_engine.storage.sql.integrity.checks import check_of_page

_check = partial(check_of_page, "member")
_GIVEN = """(
    SELECT count(*) FROM events e WHERE e.program = r.program AND e.member = r.member
        AND e.state = 'recorded'
        AND e.event = 'referral-' || CAST(r.number AS TEXT) || '-' || CAST(r.round AS TEXT)
            || '-friend'
)"""

REFERRAL_CHECKS = (
    _check(
        "referral_reward",
        f"""
        SELECT r.member, r.number, r.state, {_GIVEN} FROM referrals r
        WHERE {{page:r}} AND {_GIVEN} <> CASE
            WHEN r.state IN ('rewarded', 'taking_back') THEN 1 ELSE 0 END
        """,  # noqa: S608 - a text of ours
        "member {0}, referral {1}",
        "is {2}, and {3} rewards stand",
    ),
    _check(
        "referral_members",
        """
        SELECT r.member, r.referrer FROM referrals r
        WHERE {page:r} AND (
            SELECT count(*) FROM members m WHERE m.program = r.program
                AND m.member IN (r.member, r.referrer) AND m.status <> 'merged'
        ) <> 2
        """,
        "member {0}",
        "came by {1}, and one of the two is not there",
    ),
    _check(
        "referral_code",
        """
        SELECT c.member FROM referral_codes c WHERE {page:c} AND NOT EXISTS (
            SELECT 1 FROM members m WHERE m.program = c.program AND m.member = c.member
                AND m.status <> 'merged'
        )
        """,
        "member {0}",
        "may bring friends, and is not there",
    ),
    _check(
        "referral_watched",
        """
        SELECT m.member, m.referred, (
            SELECT r.state FROM referrals r WHERE r.program = m.program AND r.member = m.member
        ) FROM members m
        WHERE {page:m} AND m.referred <> 0 AND coalesce((
            SELECT CASE WHEN r.state = 'refused' THEN 0 ELSE 1 END FROM referrals r
            WHERE r.program = m.program AND r.member = m.member
        ), 0) = 0
        """,
        "member {0}",
        "is watched ({1}) for a referral that is {2}",
    ),
)
