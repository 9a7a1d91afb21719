"""What the script of the composer sends, and what a browser without it would send."""

import json
import re

from bs4 import BeautifulSoup

from issues.models import Issue


class Composer:
    """The composer of one issue, as one editor has it open."""

    def __init__(self, client, issue: Issue):
        self.client, self.issue = client, issue
        self.address = f"/admin/issues/issue/{issue.pk}/compose/"

    def page(self, **asked):
        return self.client.get(self.address, asked)

    def soup(self, **asked) -> BeautifulSoup:
        return soup(self.page(**asked))

    def piece(self, name, **asked):
        return self.client.get(f"{self.address}{name}/", asked, headers={"HX-Request": "true"})

    def ask(self, name, **values):
        """A request of the script: the answer is the fragment of what changed."""
        return self.client.post(f"{self.address}{name}/", values, headers={"HX-Request": "true"})

    def post(self, name, **values):
        """A plain form."""
        return self.client.post(f"{self.address}{name}/", values)

    def save(self, row, name, value, base="", **more):
        """One field, as the script sends it while somebody types."""
        values = {"row": key(row), f"initial-{name}": base, **more}
        if value is not None:
            values[name] = value
        return self.client.post(f"{self.address}save/", values, headers={"Accept": "application/json"})

    def filled(self, row) -> dict:
        """Everything that the form of an open row would send."""
        return form_values(self.soup(open=key(row)).find(id=f"f-{key(row).replace(':', '-')}"))


def key(row) -> str:
    return f"{row._meta.model_name}:{row.pk}"


def short(*rows) -> str:
    """The keys of rows as the script sends them."""
    return "_".join(f"{row._meta.model_name[0]}{row.pk}" for row in rows)


def soup(response) -> BeautifulSoup:
    """The page, with what its templates hold."""
    return BeautifulSoup(response.content.decode().replace("template", "div"), "html.parser")


def state(response) -> dict:
    """What the fragment of what changed tells the script."""
    found = soup(response).find(class_="news")
    told = {name.removeprefix("data-"): value for name, value in found.attrs.items() if name.startswith("data-")}
    told["order"] = json.loads(told["order"])
    told["new"] = re.findall(r'data-new="([^"]+)"', response.content.decode())
    told["looks"] = re.findall(r'data-look="([^"]+)"', response.content.decode())
    told["fresh"] = {each["data-fresh"]: each["value"] for each in found.select("[data-fresh]")}
    told["notices"] = [each.get_text(" ", strip=True) for each in found.find_all("li", class_="find")]
    return told


def form_values(form) -> dict:
    """The values of a form as a browser sends them."""
    values = {}
    for element in form.select("input[name], textarea[name], select[name]"):
        if element.get("type") in ("submit", "file") or (
            element.get("type") == "checkbox" and not element.has_attr("checked")
        ):
            continue
        if element.name == "select":
            chosen = element.select_one("option[selected]") or element.select_one("option")
            values[element["name"]] = chosen["value"] if chosen else ""
        elif element.name == "textarea":
            values[element["name"]] = element.get_text().removeprefix("\n").replace("\n", "\r\n")
        else:
            values[element["name"]] = element.get("value", "on" if element.get("type") == "checkbox" else "")
    return values
