"""Ranking is pure: which candidate wins, what is merged, what is never offered; the order of arrival is nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.stopwatch import Stopwatch

from mailwizard.discovery.ranking import best, can_win, conflicts, not_offered, rank, settled
from mailwizard.model import AuthKind, Candidate, Endpoint, Protocol, Security, Trust

HOSTS = st.sampled_from(["imap.example.com", "mail.example.com", "imap.gmail.com"])
SERVERS = st.builds(
    Endpoint,
    protocol=st.sampled_from([protocol for protocol in Protocol if not protocol.web]),
    host=HOSTS,
    port=st.sampled_from([143, 465, 587, 993]),
    security=st.sampled_from(Security),
)
SERVICES = st.builds(
    Endpoint,
    protocol=st.sampled_from([protocol for protocol in Protocol if protocol.web]),
    host=HOSTS,
    port=st.sampled_from([443, 8443]),
    security=st.just(Security.TLS),
    path=st.sampled_from(["/EWS/Exchange.asmx", "/v1.0"]),
)
CANDIDATES = st.builds(
    Candidate,
    endpoint=SERVERS | SERVICES,
    username=st.sampled_from(["", "alice", "alice@example.com"]),
    auth=st.lists(st.sampled_from(AuthKind), unique=True, max_size=3).map(tuple),
    source=st.sampled_from(["cards", "mx", "srv", "autoconfig", "ispdb", "guess", "typed", "later"]),
    trust=st.sampled_from(Trust),
    why=st.sampled_from(["", "because", "said so"]),
    provider=st.sampled_from(["", "gmail"]),
    preference=st.integers(0, 3),
)


def made(
    text: str = "imap.example.com:993/tls",
    protocol: Protocol = Protocol.IMAP,
    *,
    source: str = "srv",
    trust: Trust = Trust.PUBLISHED,
    auth: tuple[AuthKind, ...] = (),
    provider: str = "",
    preference: int = 0,
    username: str = "alice@example.com",
) -> Candidate:
    endpoint = Endpoint.parse(protocol, text)
    return Candidate(endpoint, username, auth, source, trust, f"{source} says so.", provider, preference)


@given(st.lists(CANDIDATES, max_size=8).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_in_which_answers_come_changes_nothing(lists: tuple[list[Candidate], list[Candidate]]) -> None:
    came, shuffled = lists
    assert rank(came) == rank(shuffled)
    assert not_offered(came) == not_offered(shuffled)


@given(st.lists(CANDIDATES, max_size=8))
def test_nothing_unencrypted_is_offered_and_nothing_is_lost(found: list[Candidate]) -> None:
    offered = {candidate.endpoint for candidate in rank(found)}
    listed = {candidate.endpoint for candidate in not_offered(found)}
    assert all(endpoint.security is not Security.NONE for endpoint in offered)
    assert offered | listed == {candidate.endpoint for candidate in found}
    assert len(rank(found)) == len(offered)


@given(st.lists(CANDIDATES, max_size=8))
def test_ranking_twice_changes_nothing(found: list[Candidate]) -> None:
    assert [c.endpoint for c in rank(rank(found))] == [c.endpoint for c in rank(found)]


@given(st.lists(CANDIDATES, max_size=8))
def test_pop3_is_never_best_where_imap_is_offered(found: list[Candidate]) -> None:
    chosen = best(found, incoming=True)
    imap = any(c.endpoint.protocol is Protocol.IMAP and c.endpoint.security is not Security.NONE for c in found)
    assert chosen is None or chosen.endpoint.protocol is Protocol.IMAP or not imap


def test_trust_comes_before_everything_but_pop3() -> None:
    curated = made("imap.a.example:143/starttls", trust=Trust.CURATED, source="later")
    published = made("imap.b.example:993/tls", trust=Trust.PUBLISHED, source="typed")
    pop3 = made("pop.a.example:995/tls", Protocol.POP3, trust=Trust.CURATED, source="typed")
    assert [c.endpoint.host for c in rank([pop3, published, curated])] == [
        "imap.a.example",
        "imap.b.example",
        "pop.a.example",
    ]


def test_the_card_of_the_domain_outranks_the_card_found_by_mx() -> None:
    by_domain = made("imap.gmx.example:993", source="cards", trust=Trust.CURATED, provider="gmx")
    by_mx = made("imap.mail.example:993", source="mx", trust=Trust.CURATED, provider="mail-com")
    assert rank([by_mx, by_domain])[0].provider == "gmx"


def test_tls_comes_before_starttls_and_then_the_sources_own_order_counts() -> None:
    starttls = made("a.example:143/starttls", preference=0)
    second, first = made("c.example:993", preference=2), made("d.example:993", preference=1)
    assert rank([starttls, second, first]) == (first, second, starttls)


def test_equal_endpoints_become_one_with_the_best_words_and_all_sign_in_kinds() -> None:
    card = made(source="cards", trust=Trust.CURATED, auth=(AuthKind.OAUTH2,), provider="gmail", username="")
    srv = made(source="srv", auth=(AuthKind.PASSWORD, AuthKind.OAUTH2))
    (merged,) = rank([srv, card])
    assert (merged.source, merged.trust, merged.provider) == ("cards", Trust.CURATED, "gmail")
    assert merged.auth == (AuthKind.OAUTH2, AuthKind.PASSWORD)
    assert merged.username == "alice@example.com"
    assert merged.why == "cards says so. Also named by: srv."


def test_a_leftover_record_at_the_own_host_loses_to_where_the_mail_arrives_and_both_say_so() -> None:
    google = made("imap.gmail.com:993", source="mx", trust=Trust.CURATED, provider="gmail")
    leftover = made("mail.example.com:993", source="srv", trust=Trust.PUBLISHED)
    first, second = rank([leftover, google])
    assert first.endpoint == google.endpoint
    assert "Preferred to mail.example.com (srv)" in first.why
    assert second.endpoint == leftover.endpoint
    assert "this may be left over" in second.why


def test_a_leftover_loses_even_to_a_card_that_rests_on_little() -> None:
    hoster = made("imap.hoster.example:993", source="mx", trust=Trust.PUBLISHED, provider="hoster")
    leftover = made("mail.example.com:993", source="srv", trust=Trust.PUBLISHED)
    assert rank([leftover, hoster])[0].endpoint == hoster.endpoint


def test_the_same_provider_found_twice_is_no_conflict() -> None:
    one = made("imap.gmail.com:993", source="mx", trust=Trust.CURATED, provider="gmail")
    other = made("imap.googlemail.com:993", source="later", trust=Trust.PUBLISHED, provider="gmail")
    assert all("left over" not in candidate.why for candidate in rank([one, other]))


def test_what_does_not_encrypt_is_listed_with_the_reason() -> None:
    clear = made("imap.example.com:143/none")
    assert rank([clear]) == ()
    assert best([clear], incoming=True) is None
    (listed,) = not_offered([clear])
    assert listed.endpoint == clear.endpoint
    assert "without encryption" in listed.why


def test_incoming_and_outgoing_are_chosen_apart() -> None:
    imap, smtp = made(), made("smtp.example.com:465", Protocol.SMTP)
    assert best([imap, smtp], incoming=True) == imap
    assert best([imap, smtp], incoming=False) == smtp
    assert best([imap], incoming=False) is None


def test_pop3_is_best_where_there_is_nothing_else() -> None:
    pop3 = made("pop.example.com:995", Protocol.POP3)
    assert best([pop3, replace(pop3, source="later")], incoming=True) is not None


def test_what_independent_sources_agree_on_outranks_what_one_says_alone() -> None:
    alone = made("imap.a.example:993", source="autoconfig")
    agreed = [made("imap.b.example:993", source=source) for source in ("ispdb", "srv")]
    assert [c.endpoint.host for c in rank([alone, *agreed])] == ["imap.b.example", "imap.a.example"]
    assert rank([alone, *agreed])[0].also == ("srv",)


def test_one_voice_that_repeats_itself_is_still_one() -> None:
    first = made("imap.a.example:993", source="ispdb")
    repeated = [made("imap.b.example:993", source=source) for source in ("autodiscover", "mailconf")]
    own = made("imap.c.example:993", source="pacc")
    assert rank([first, *repeated, own])[0].endpoint.host == "imap.c.example"


def test_agreement_is_about_the_host_so_that_tls_stays_before_starttls() -> None:
    found = [
        made("imap.a.example:993/tls", source="autoconfig"),
        made("imap.a.example:143/starttls", source="autoconfig"),
        made("imap.a.example:143/starttls", source="srv"),
    ]
    assert [c.endpoint.port for c in rank(found)] == [993, 143]


def test_agreement_of_strangers_does_not_outrank_trust() -> None:
    curated = made("imap.a.example:993", source="mx", trust=Trust.CURATED, provider="one")
    others = [made("imap.b.example:993", source=source) for source in ("autoconfig", "ispdb", "srv")]
    assert rank([*others, curated])[0].endpoint.host == "imap.a.example"


def test_published_servers_that_lead_elsewhere_are_a_conflict() -> None:
    google = made("imap.gmail.com:993", source="mx", trust=Trust.CURATED, provider="gmail")
    leftover = made("mail.example.com:993", source="autoconfig")
    (conflict,) = conflicts(rank([leftover, google]))
    assert (conflict.winner.endpoint, conflict.loser.endpoint) == (google.endpoint, leftover.endpoint)
    guess = made("mail.example.com:993", source="guess", trust=Trust.GUESS)
    same = made("imap4.gmail.com:993", source="srv")
    assert conflicts(rank([google, guess, same])) == ()


def test_a_search_is_settled_by_two_directions_that_need_no_consent() -> None:
    imap, smtp = made(), made("smtp.example.com:465", Protocol.SMTP)
    assert settled([imap, smtp])
    assert not settled([imap])
    assert not settled([smtp])
    assert not settled([imap, replace(smtp, trust=Trust.UNSIGNED)])
    pop3 = made("pop.example.com:995", Protocol.POP3)
    assert not settled([pop3, smtp])
    assert settled([replace(pop3, trust=Trust.CURATED), smtp])


def test_a_source_can_win_while_a_direction_lacks_an_answer_or_has_a_lesser_one() -> None:
    imap, smtp = made(source="srv"), made("smtp.example.com:465", Protocol.SMTP, source="srv")
    assert can_win("guess", Trust.GUESS, [imap])
    assert not can_win("guess", Trust.GUESS, [imap, smtp])
    assert can_win("autoconfig", Trust.PUBLISHED, [imap, smtp])
    assert not can_win("autodiscover", Trust.PUBLISHED, [imap, smtp])
    assert can_win("mx", Trust.CURATED, [imap, smtp])
    assert can_win("srv", Trust.PUBLISHED, [replace(imap, trust=Trust.GUESS), smtp])


@given(st.lists(CANDIDATES, max_size=8))
def test_nothing_that_is_offered_is_offered_twice_and_ranking_is_quick(found: list[Candidate]) -> None:
    watch = Stopwatch()
    ranked = rank(found)
    conflicts(ranked)
    assert watch.seconds < 1
    assert len({candidate.endpoint for candidate in ranked}) == len(ranked)


def test_a_thousand_candidates_are_ranked_in_a_moment() -> None:
    found = [made(f"imap{at}.example.com:993", source=("srv", "autoconfig", "ispdb")[at % 3]) for at in range(1000)]
    rank(found)
    watch = Stopwatch()
    rank(found)
    assert watch.seconds < 1


def test_the_protocol_that_a_person_asked_for_comes_first_unless_it_is_a_guess() -> None:
    imap = made("imap.example.com:993/tls", trust=Trust.CURATED)
    service = made("https://mail.example.com/EWS/Exchange.asmx", Protocol.EWS)
    assert rank([imap, service]) == (imap, service)
    assert rank([imap, service], Protocol.EWS) == (service, imap)
    guessed = replace(service, trust=Trust.GUESS)
    assert rank([imap, guessed], Protocol.EWS) == (imap, guessed)
