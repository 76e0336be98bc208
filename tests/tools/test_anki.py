"""The deck for Anki: what stands on a card, and what Anki makes of the file."""

import re
from pathlib import Path

import pytest
import yaml

from tools import anki as tool

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = {question["id"]: question for question in tool.all_questions()}
KEYWORDS = yaml.safe_load((ROOT / "chapters/keywords.yml").read_bytes())


def card(question):
    """The fields of a question's note, by name."""
    made = tool.note(question, [])
    return dict(zip((field["name"] for field in made.model.fields), made.fields))


def items(listed):
    return re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)


def kind(name):
    return [question for question in QUESTIONS.values() if question["kind"] == name]


def test_what_a_learner_s_anki_knows_a_card_by_is_what_it_always_was():
    assert (tool.DECK, tool.CHOICE, tool.NUMBER) == (1764500001, 1764500002, 1764500003)
    assert tool.note(QUESTIONS["sigmoid-mirror"], []).guid == "E-b$l/!XY8"
    names = [[field["name"] for field in tool.TYPES[number].fields] for number in (tool.CHOICE, tool.NUMBER)]
    assert names[0] == ["番号", "問題", "選択肢", "答え", "理由", "解説", "場所", "図"]
    assert names[1] == ["番号", "問題", "許容", "答え", "理由", "解説", "場所", "図"]


@pytest.mark.parametrize("question", [*kind("single")[:20], *kind("multiple"), *kind("code")], ids=lambda one: one["id"])
def test_the_letters_of_the_answer_are_those_of_the_right_choices(question):
    fields = card(question)
    letters = re.search("正解 ([A-E、]+)<", fields["答え"])[1].split("、")
    shown = [items(fields["選択肢"])["ABCDE".index(letter)] for letter in letters]
    show = tool.code if question["kind"] == "code" else tool.inline
    assert sorted(shown) == sorted(show(choice["text"]) for choice in question["choices"] if "correct" in choice)
    reasons = items(fields["理由"])
    assert ["ABCDE"[number] for number, reason in enumerate(reasons) if "✓" in reason] == letters
    assert len(reasons) == len(question["choices"])


def test_the_order_of_the_choices_goes_by_the_id_alone_and_is_not_that_of_the_file():
    question = QUESTIONS["sigmoid-overflow"]
    other = question | {"choices": [choice | {"text": "何か"} for choice in question["choices"]]}
    places = [[choice["why"] for choice in tool.shuffled(one)] for one in (question, other)]
    assert places[0] == places[1]
    first = ["correct" in tool.shuffled(one)[0] for one in kind("single")]
    assert 0.1 < sum(first) / len(first) < 0.4  # of four


def test_code_is_shown_whole_with_the_answer_in_the_blank():
    fields = card(QUESTIONS["intro-neuron-code"])
    text = re.sub("<[^>]*>", "", fields["答え"])
    assert "return relu(w * x + b)" in text and "____" in fields["問題"] and "____" not in text


@pytest.mark.parametrize("value, typed", [(0.0474, "0.0474"), (-2.0, "-2"), (0.00001, "0.00001"), (256, "256")])
def test_a_number_is_typed_with_plain_signs(value, typed):
    fields = card(QUESTIONS["sigmoid-mirror"] | {"answer": value, "tolerance": 0.5})
    assert fields["答え"] == typed and "±0.5 " in fields["許容"]
    assert card(QUESTIONS["sigmoid-mirror"] | {"tolerance": 0})["許容"] == ""


@pytest.mark.parametrize(
    "text, expected",
    [
        ("$a<b$ です", r"\(a&lt;b\)"),
        ("$$\n\\frac{1}{2}\n$$", r"\[\frac{1}{2}\]"),
        ("`x < $y`", "<code>x &lt; $y</code>"),
        ("**強く**", "<strong>強く</strong>"),
    ],
)
def test_formulas_are_as_anki_wants_them(text, expected):
    assert expected in tool.block(text)


def test_a_page_of_one_function_gives_its_graph():
    assert 'src="hidden-layer-sigmoid.png"' in card(QUESTIONS["sigmoid-mirror"])["図"]
    assert card(QUESTIONS["intro-neuron-code"])["図"] == ""
    assert {name for name in map(tool.picture, QUESTIONS.values()) if name} == set(tool.ACTIVATIONS) - {"identity"}


# Anki itself

slow = pytest.mark.slow("the deck of questions in Anki")


@pytest.fixture
def opened(tmp_path):
    """`take(file)` imports the file into a collection of Anki's, as its program does; `take.collection` is that."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    collection = Collection(str(tmp_path / "collection.anki2"))

    def take(file):
        asked = ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions())
        return collection.import_anki_package(asked).log

    take.collection = collection
    yield take
    collection.close()


def cards(collection):
    """{id of the question: its card}"""
    made = map(collection.get_card, collection.find_cards(""))
    return {one.note()["番号"]: one for one in made}


@slow
def test_anki_shows_every_question_of_the_site_s_deck_with_all_its_formulas_and_pictures(opened, site):
    log = opened(site / tool.NAME)
    collection, shown = opened.collection, cards(opened.collection)
    assert shown.keys() == QUESTIONS.keys() and len(log.new) == collection.note_count() == collection.card_count() == len(
        QUESTIONS
    )
    checked = collection.media.check()
    assert not [*checked.missing, *checked.unused] and len(list(Path(collection.media.dir()).iterdir())) == 7
    wrong = {}
    for name, one in shown.items():
        for side in (one.render_output().question_text, one.render_output().answer_text):
            text = re.sub(r"<pre.*?</pre>|<code>.*?</code>|<[^>]*>", "", side, flags=re.DOTALL)
            if found := re.search(r"\$|`|\*\*|\{\{|\{[a-z]+\}`", text):
                wrong[name] = text[max(found.start() - 30, 0) : found.end() + 30]
        assert ("[[type:答え]]" in one.render_output().question_text) == (QUESTIONS[name]["kind"] == "number")
    assert not wrong
    assert not collection.get_empty_cards().notes


@slow
def test_the_tags_are_sections_of_the_syllabus_pages_and_aims(opened, site):
    opened(site / tool.NAME)
    for name, one in cards(opened.collection).items():
        asked = {keyword["section"] for keyword in KEYWORDS["keywords"] if name in keyword["questions"] and "section" in keyword}
        sections = {f"シラバス::{number}_{KEYWORDS['sections'][number]}" for number in asked}
        page = QUESTIONS[name]["see"].partition("#")[0]
        aim = {"recall": "知識", "calculation": "計算", "understanding": "理解"}[QUESTIONS[name]["aim"]]
        assert set(one.note().tags) == {*sections, f"ページ::{page}", f"狙い::{aim}"}


@slow
def test_a_newer_deck_changes_the_text_and_keeps_what_was_learned(opened, tmp_path, monkeypatch):
    from anki.scheduler.v3 import CardAnswer

    collection, file = opened.collection, tmp_path / "deck.apkg"
    now = tool.genanki.package.time.time()
    questions = [QUESTIONS[name] for name in ("sigmoid-mirror", "sigmoid-overflow", "intro-neuron-code")]
    tool.write(questions, KEYWORDS, file)
    opened(file)
    opened(file)
    assert collection.note_count() == 3

    collection.decks.select(collection.decks.id_for_name(tool.TITLE))
    queued = collection.sched.get_queued_cards().cards[0]
    one = collection.get_card(queued.card.id)
    one.start_timer()
    answer = collection.sched.build_answer(card=one, states=queued.states, rating=CardAnswer.GOOD)
    collection.sched.answer_card(answer)
    answered = collection.get_card(one.id)
    assert answered.reps == 1

    monkeypatch.setattr(tool.genanki.package.time, "time", lambda: now + 60)
    monkeypatch.setattr(tool.TYPES[tool.CHOICE], "css", ".card { color: red; }")
    newer = [question | {"explanation": "新しい解説"} for question in questions]
    tool.write([*newer, QUESTIONS["relu-subgradient"]], KEYWORDS, file)
    opened(file)
    shown = cards(collection)
    assert collection.note_count() == len(shown) == 4
    assert sum(kind.name.startswith(tool.TITLE) for kind in collection.models.all_names_and_ids()) == 2
    assert all("新しい解説" in shown[question["id"]].note()["解説"] for question in newer)
    assert "red" in shown["sigmoid-overflow"].note_type()["css"]
    kept = collection.get_card(one.id)
    assert (kept.reps, kept.due, kept.ivl, kept.queue) == (answered.reps, answered.due, answered.ivl, answered.queue)
