"""What is taken out of a text that becomes an article, and what stays because it helps: examples in two languages."""

from __future__ import annotations

import time

import pytest

from app.knowledge.removing import without_personal_details

NAMES = ("Noor van Dalen", "Pete Peer", "Mark Jansen")

GOES = [
    # Phone numbers.
    ("nl", "Bel 06.12.34.56.78 als het niet lukt.", "Bel [telefoonnummer] als het niet lukt."),
    ("nl", "Bel 06-12345678, na zessen.", "Bel [telefoonnummer], na zessen."),
    ("nl", "Bel 06 12 34 56 78 of app.", "Bel [telefoonnummer] of app."),
    ("nl", "Bel (020) 123 45 67.", "Bel [telefoonnummer]."),
    ("nl", "Bel 0612345678 10 minuten later.", "Bel [telefoonnummer] 10 minuten later."),
    ("nl", "tel:010/1234567", "tel:[telefoonnummer]"),
    ("en", "Call +31 (0)20 123 45 67 now.", "Call [phone number] now."),
    ("en", "Call 0031612345678 now.", "Call [phone number] now."),
    ("en", "Call +44 20 7946 0958 or 020 7946 0958.", "Call [phone number] or [phone number]."),
    ("en", "Call (555) 123-4567 today.", "Call [phone number] today."),
    ("nl", "Bel +32 470 12 34 56.", "Bel [telefoonnummer]."),
    # Addresses.
    ("nl", "Zij woont Dorpsstraat 12, 1234 AB Utrecht.", "Zij woont [adres] Utrecht."),
    ("nl", "zij woont dorpsstraat 12, 1234 ab.", "zij woont [adres]."),
    ("nl", "Kerkweg 3a is het.", "[adres] is het."),
    ("nl", "Op het Van der Helstplein 9-2 dus.", "Op het [adres] dus."),
    ("nl", "Laan van Meerdervoort 5, 2517 AB", "[adres]"),
    ("nl", "Postcode: 1234 ab, huis 5", "Postcode: [adres], huis 5"),
    ("nl", "Stuur naar 1234AB 56.", "Stuur naar [adres]."),
    ("en", "He lives at 221B Baker Street now.", "He lives at [address] now."),
    # Accounts.
    ("nl", "Maak over naar NL91ABNA0417164300 graag.", "Maak over naar [rekeningnummer] graag."),
    ("nl", "maak over naar nl91 abna 0417 1643 00 graag", "maak over naar [rekeningnummer] graag"),
    ("en", "Pay to de89 3704 0044 0532 0130 00 please.", "Pay to [bank account] please."),
    ("en", "Pay to FR14 2004 1010 0505 0001 3M02 606.", "Pay to [bank account]."),
    ("en", "Card 4111 1111 1111 1111 is refused.", "Card [number] is refused."),
    # Plates.
    ("nl", "De auto met AB-123-C staat er.", "De auto met [kenteken] staat er."),
    ("nl", "de auto met ab-123-c en 12-ab-34", "de auto met [kenteken] en [kenteken]"),
    ("en", "Car XX-99-99 or 1-XYZ-12.", "Car [licence plate] or [licence plate]."),
    ("nl", "Kenteken ab123c staat erop", "Kenteken [kenteken] staat erop"),
    # Citizen service numbers, and numbers of cases, customers, policies.
    ("nl", "BSN 123.456.782 invullen", "BSN [burgerservicenummer] invullen"),
    ("nl", "BSN 123456782 of 111 222 333", "BSN [burgerservicenummer] of [burgerservicenummer]"),
    ("nl", "Klantnummer 4521987 en zaaknummer 2026-0451.", "Klantnummer [nummer] en zaaknummer [nummer]."),
    ("en", "Your order 4500123456 and case 45121.", "Your order [number] and case [number]."),
    # Mail addresses and mentions.
    ("en", "Write to a.b+c@mail.example.org or @pete.", "Write to [e-mail address] or [name]"),
    # The people of the talk, however they are written.
    ("nl", "Zoals noor zei, en NOOR ook.", "Zoals [naam] zei, en [naam] ook."),
    ("nl", "Vraag mevrouw Van Dalen of noor van dalen.", "Vraag mevrouw [naam] of [naam]."),
    ("nl", "Vraag van dalen of Dalen.", "Vraag [naam] of [naam]."),
    ("en", "Ask Pete, pete peer or Mr Jansen, or mr jansen.", "Ask [name], [name] or Mr [name], or mr [name]."),
    # Pasted logs.
    ("nl", "```\nlogin noor 06-12345678\n```", "```\nlogin [naam] [telefoonnummer]\n```"),
    ("nl", "```\niban nl91abna0417164300\n```", "```\niban [rekeningnummer]\n```"),
    ("en", "See `user pete@example.org failed`.", "See `user [e-mail address] failed`."),
    # Greetings and farewells: only those, and what they name.
    ("en", "Hi Noor, restart the boiler first.", "Restart the boiler first."),
    ("en", "Hi Noor restart the boiler first.", "Restart the boiler first."),
    ("nl", "Hallo allemaal, zet de ketel eerst uit.", "Zet de ketel eerst uit."),
    ("nl", "Beste mevrouw Van Dalen,\n\nZet hem uit.", "Zet hem uit."),
    ("nl", "hoi jantje\n\nZet hem uit.", "Zet hem uit."),
    ("en", "Dear Sir,\n\nTurn it off.\n\nKind regards,\n\nPete Peer\nWaterworks", "Turn it off."),
    ("en", "Turn it off.\n\nKind regards, Pete\n\nPS Bleed it, then wait.", "Turn it off.\n\nPS Bleed it, then wait."),
    ("nl", "Zet hem uit.\n\ngroetjes noortje", "Zet hem uit."),
]  # fmt: skip

STAYS = [
    "Onderhoud op 2026-11-20 10:00 en 20-11-2026 10:00, tot 01-02-2026 10:30.",
    "Op 20.11.2026, 20/11/26 en 22 november 2026, van 09:00-17:00.",
    "2026-11-20T10:00:00.123Z WARN started, 20261120",
    "In 2019-2021, pages 1000-2000, 10-20 degrees, 24/7.",
    "Version 10.0.19041.1234, v2.10.14, 1.2.3 and build 20231201123.",
    "Go to 192.168.178.1, port 8080, channel 36-64, 802.11ac.",
    "Error 80070005, 0x80070005, foutcode 12345678, E-1234567, KB5005565, F28.",
    "Dat kost € 1.250.000,00 of 1.250.000 of € 123.456.782.",
    "Een getal als 123.456.789 is geen nummer van iemand.",
    "A disk of 1500 MB in 1080 HD, 50-60-Hz, 1000ms.",
    "In 2024 is error 1234 op 1-jan-26 hersteld.",
    "Bel 0800-1234 10 minuten, of 0900-8844.",
    "Met iPad 2 of touchpad 3: opslaan 5 bestanden, blokkade 2.",
    "RFC 2119, ISO 27001, AES-256, HTTP 404, USB 3.0, 3 x 400 V.",
    "Factuur 2024 en windows 11 23H2, kanalen 12 15 18 20.",
    "Will the floor get cold? Then mark the valve, bill the customer: dalen mag.",
    "Dag 1: zet de ketel uit.",
    "Hello world is printed first.",
    "Good morning routine: turn it on.",
    "Beste oplossing: zet hem uit.",
    "Regards the fuse box as the cause of it all.",
    "```\n@Override public int of(int x)\n```",
    "`error 80070005 at 10:00`",
]


@pytest.mark.parametrize("language, text, clean", GOES)
def test_what_names_somebody_goes_and_the_rest_of_its_sentence_stays(language: str, text: str, clean: str) -> None:
    removed = without_personal_details(text, language=language, names=NAMES)

    assert removed.text == clean
    assert removed.taken


@pytest.mark.parametrize("text", STAYS)
def test_what_helps_and_only_looks_like_a_detail_stays(text: str) -> None:
    for language in ("nl", "en"):
        removed = without_personal_details(text, language=language, names=NAMES[:2])

        assert (removed.text, removed.taken) == (text, ())


@pytest.mark.parametrize(
    "words", ["a", "A.", "1 ", "1", "kenteken ", "Hi A", "06 ", "Groet A ", "\nGroet " + "A" * 150 + "?", "`1", "Aa "]
)
def test_no_text_takes_long(words: str) -> None:
    text = words * (30_000 // len(words)) + "\n"
    began = time.thread_time()

    without_personal_details(text, language="en", names=NAMES)

    assert time.thread_time() - began < 5  # of computing: a busy machine changes little
