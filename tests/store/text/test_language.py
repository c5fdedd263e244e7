import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.language import NAMES, tell_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What ImageNet top-1 accuracy does the ViT-G model soup reach?", "en"),
        ("Welche Genauigkeit erreicht ViT-G?", "de"),
        ("Wie funktioniert DISDE?", "de"),
        ("Fügt das Inferenzkosten hinzu?", "de"),
        ("Qu'est-ce que Residual Horizon Optimization ?", "fr"),
        ("Comment DISDE décompose-t-il une baisse de performance d'un modèle ?", "fr"),
        ("¿Qué es DRO?", "es"),
        ("Quanti esperti hanno aiutato a costruirlo?", "it"),
        ("Quantas perguntas há no FinSearchComp e quem ajudou?", "pt"),
        ("Hoeveel vragen zijn er en welke methode is het beste?", "nl"),
        ("Jak działa DISDE i czy jest dokładny?", "pl"),
        ("Hur många frågor finns det och vilka är svåra?", "sv"),
        ("什么是 Residual Horizon Optimization？", "zh"),
        ("DISDE はどのように性能低下を分解しますか？", "ja"),
        ("모델 수프의 정확도는 얼마인가?", "ko"),
        ("Что такое DRO и как он работает?", "ru"),
        ("Що таке DRO і як він працює?", "uk"),
        ("ما هي دقة النموذج؟", "ar"),
        ("מהי הדיוק של המודל?", "he"),
        ("मॉडल की सटीकता क्या है?", "hi"),
    ],
)
def test_a_question_is_told_by_script_and_small_words(text: str, language: str) -> None:
    assert tell_language(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "WiSE-FT?", "Thompson sampling", "Vitamin D deficiency effects birth weight.", "Hu et al. 2019", "α β", "42"],
)
def test_names_alone_are_in_no_language(text: str) -> None:
    assert tell_language(text) == ""


@pytest.mark.parametrize(
    "text", ["What did 张三 and 李四 write about the model?", "Does μ-law with α, β, γ and δ help?"]
)
def test_foreign_names_and_letters_make_no_other_language(text: str) -> None:
    assert tell_language(text) == "en"


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    assert tell_language(text) in {"", *NAMES}
