"""Jobs of the reports."""

from procrastinate.contrib.django import app

from marketingconnect import clock
from marketingconnect.statistics import services
from marketingconnect.statistics.domain_counting import count_domains_of_sent_campaigns
from marketingconnect.statistics.holding import forget_workbooks
from marketingconnect.statistics.sealing import count_at_seals
from marketingconnect.statistics.services import MAKE_EXPORT
from marketingconnect.statistics.subject_tests import decide_due_tests
from marketingconnect.statistics.visits.judging import judge_visits


@app.task(name=MAKE_EXPORT)
def make_export(export_id: int) -> None:
    services.make_export(export_id, now=clock.now())


@app.periodic(cron="* * * * * */5")
@app.task(name="statistics.judge_visits", queueing_lock="statistics.judge_visits")
def judge(timestamp: int) -> None:
    """Clicks told from machines' and counted, a few seconds after they came."""
    judge_visits(now=clock.now())


@app.periodic(cron="* * * * * */20")
@app.task(name="statistics.decide_tests", queueing_lock="statistics.decide_tests")
def decide_tests(timestamp: int) -> None:
    """Tests of two contents that have lasted long enough: the rest leaves."""
    decide_due_tests(now=clock.now())


@app.periodic(cron="* * * * * */30")
@app.task(name="statistics.count_domains", queueing_lock="statistics.count_domains")
def count_domains(timestamp: int) -> None:
    """What arrived by domain, for the campaigns that were sent out."""
    count_domains_of_sent_campaigns()


@app.periodic(cron="* * * * * */30")
@app.task(name="statistics.count_at_seals", queueing_lock="statistics.count_at_seals")
def count_sealed(timestamp: int) -> None:
    """What no statement holds, as it stood when the figures bound."""
    count_at_seals()


@app.periodic(cron="50 4 * * *")
@app.task(name="statistics.forget_workbooks", queueing_lock="statistics.forget_workbooks")
def forget(timestamp: int) -> None:
    """Workbooks made before the addresses of their campaign were erased."""
    forget_workbooks()
