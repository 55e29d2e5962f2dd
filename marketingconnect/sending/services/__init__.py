"""The verbs of a campaign on its way out."""

from marketingconnect.sending.services.audience import freeze_audience
from marketingconnect.sending.services.campaigns import (
    create_campaign,
    decide_test,
    freeze_figures,
    pause_campaign,
    resume_campaign,
    stop_campaign,
)
from marketingconnect.sending.services.doubts import decide_doubt

__all__ = [
    "create_campaign",
    "decide_doubt",
    "decide_test",
    "freeze_audience",
    "freeze_figures",
    "pause_campaign",
    "resume_campaign",
    "stop_campaign",
]
