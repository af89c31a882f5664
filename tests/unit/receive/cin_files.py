"""Children in need census files for tests and timing: invented, seeded, about 2.2 kB a child."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADER = """<Header>
  <CollectionDetails><Collection>CIN</Collection><Year>2025</Year><ReferenceDate>2025-03-31</ReferenceDate></CollectionDetails>
  <Source><SourceLevel>L</SourceLevel><LEA>301</LEA><SoftwareCode>Invented</SoftwareCode></Source>
</Header>"""

ETHNICITIES = ("WBRI", "WIRI", "MWBC", "APKN", "BAFR", "NOBT", "REFU")
DISABILITIES = ("MOB", "HAND", "LD", "HEAR", "BEH", "AUT", "NONE")
SOURCES = ("1A", "1D", "2A", "3A", "3E", "5B", "6", "8", "10")
FACTORS = ("1A", "2A", "3B", "4A", "10A", "11A", "12A", "13A", "14A", "16A", "18B", "19B", "20", "24A")
CATEGORIES = ("NEG", "PHY", "SAB", "EMO", "MUL")


def message(*children: str, header: str = HEADER, attributes: str = "") -> str:
    """A census of these Child elements, each on lines of its own."""
    body = "\n".join(children)
    start = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{start}<Message{attributes}>\n{header}\n<Children>\n{body}\n</Children>\n</Message>\n"


def child(ref: str = "A1", *details: str, identity: str = "", nature: str = "<Ethnicity>WBRI</Ethnicity>") -> str:
    """A Child element with these CINdetails."""
    identity = identity or "<UPN>A123456789012</UPN><PersonBirthDate>2010-05-06</PersonBirthDate><Sex>F</Sex>"
    return (
        f"<Child>\n<ChildIdentifiers><LAchildID>{ref}</LAchildID>{identity}</ChildIdentifiers>\n"
        f"<ChildCharacteristics>{nature}</ChildCharacteristics>\n{''.join(details)}</Child>"
    )


def details(*blocks: str, referred: str = "2024-04-10", fields: str = "<ReferralSource>6</ReferralSource>") -> str:
    """A CINdetails element with these blocks."""
    body = "\n".join(blocks)
    return f"<CINdetails>\n<CINreferralDate>{referred}</CINreferralDate>{fields}\n{body}\n</CINdetails>\n"


def assessment(*factors: str, start: str = "2024-04-11", end: str = "2024-05-20") -> str:
    """An Assessments element with these factors."""
    listed = "".join(f"<AssessmentFactors>{factor}</AssessmentFactors>" for factor in factors)
    return (
        f"<Assessments><AssessmentActualStartDate>{start}</AssessmentActualStartDate>"
        f"<AssessmentAuthorisationDate>{end}</AssessmentAuthorisationDate>"
        f"<FactorsIdentifiedAtAssessment>{listed}</FactorsIdentifiedAtAssessment></Assessments>"
    )


def write_cin(path: Path, children: int, *, seed: int, year: int = 2025) -> Path:
    """A census of that many invented children, as for the return to 31 March of `year`. The path comes back."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="utf-8"?>\n<Message>\n')
        file.write(HEADER.replace("2025", str(year)) + "\n  <Children>\n")
        for number in range(children):
            file.writelines(_lines(chance, number, year))
        file.write("  </Children>\n</Message>\n")
    return path


def _lines(chance: random.Random, number: int, year: int) -> Iterator[str]:
    """One child: two disabilities, an assessment with three factors, a plan, an enquiry, a protection plan reviewed once."""
    referred = date(year - 1, 4, 1) + timedelta(days=chance.randrange(200))
    day = iter(referred + timedelta(days=7 * n) for n in range(1, 30)).__next__
    born = date(year - 17, 1, 1) + timedelta(days=chance.randrange(5_000))
    sex = (
        f"<Sex>{chance.choice('MF')}</Sex>" if year >= 2025 else f"<GenderCurrent>{chance.choice('12')}</GenderCurrent>"
    )
    first, second = chance.sample(DISABILITIES, 2)
    factors = chance.sample(FACTORS, 3)
    category = chance.choice(CATEGORIES)
    yield f"""    <Child>
      <ChildIdentifiers>
        <LAchildID>INV{number:07d}</LAchildID>
        <UPN>A{chance.randrange(10**12):012d}</UPN>
        <FormerUPN>B{chance.randrange(10**12):012d}</FormerUPN>
        <PersonBirthDate>{born}</PersonBirthDate>
        {sex}
      </ChildIdentifiers>
      <ChildCharacteristics>
        <Ethnicity>{chance.choice(ETHNICITIES)}</Ethnicity>
        <Disabilities>
          <Disability>{first}</Disability>
          <Disability>{second}</Disability>
        </Disabilities>
      </ChildCharacteristics>
      <CINdetails>
        <CINreferralDate>{referred}</CINreferralDate>
        <ReferralSource>{chance.choice(SOURCES)}</ReferralSource>
        <PrimaryNeedCode>N{chance.randrange(10)}</PrimaryNeedCode>
        <CINclosureDate>{referred + timedelta(days=160)}</CINclosureDate>
        <ReasonForClosure>RC{chance.randrange(1, 10)}</ReasonForClosure>
        <DateOfInitialCPC>{referred + timedelta(days=14)}</DateOfInitialCPC>
        <Assessments>
          <AssessmentActualStartDate>{day()}</AssessmentActualStartDate>
          <AssessmentInternalReviewDate>{day()}</AssessmentInternalReviewDate>
          <AssessmentAuthorisationDate>{day()}</AssessmentAuthorisationDate>
          <FactorsIdentifiedAtAssessment>
            <AssessmentFactors>{factors[0]}</AssessmentFactors>
            <AssessmentFactors>{factors[1]}</AssessmentFactors>
            <AssessmentFactors>{factors[2]}</AssessmentFactors>
          </FactorsIdentifiedAtAssessment>
        </Assessments>
"""
    plan = ""
    if year >= 2022:
        plan = f"""        <CINPlanDates>
          <CINPlanStartDate>{day()}</CINPlanStartDate>
          <CINPlanEndDate>{day()}</CINPlanEndDate>
        </CINPlanDates>
"""
    yield plan
    yield f"""        <Section47>
          <S47ActualStartDate>{day()}</S47ActualStartDate>
          <InitialCPCtarget>{day()}</InitialCPCtarget>
          <DateOfInitialCPC>{referred + timedelta(days=14)}</DateOfInitialCPC>
          <ICPCnotRequired>{chance.choice(("0", "false"))}</ICPCnotRequired>
        </Section47>
        <ReferralNFA>{chance.choice(("0", "1", "false"))}</ReferralNFA>
        <ChildProtectionPlans>
          <CPPstartDate>{day()}</CPPstartDate>
          <CPPendDate>{day()}</CPPendDate>
          <InitialCategoryOfAbuse>{category}</InitialCategoryOfAbuse>
          <LatestCategoryOfAbuse>{category}</LatestCategoryOfAbuse>
          <NumberOfPreviousCPP>{chance.randrange(3)}</NumberOfPreviousCPP>
          <Reviews>
            <CPPreviewDate>{day()}</CPPreviewDate>
          </Reviews>
        </ChildProtectionPlans>
      </CINdetails>
    </Child>
"""
