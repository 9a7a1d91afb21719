"""The floor: a bare Django view that asks one query and joins strings, over the same issue in plain tables."""

import html

import psycopg2
from django.conf import settings

TABLES = """
CREATE TEMPORARY TABLE flat_issue (number int PRIMARY KEY, title text NOT NULL, day date NOT NULL, intro text NOT NULL);
CREATE TEMPORARY TABLE flat_entry (id int PRIMARY KEY, issue int NOT NULL, section text NOT NULL, title text NOT NULL,
    link text NOT NULL, domain text NOT NULL, figure text NOT NULL, alt text NOT NULL, text text NOT NULL,
    topics text[] NOT NULL);
INSERT INTO flat_issue
SELECT id, title, published_at::date, intro FROM issues_issue WHERE status = 'published';
INSERT INTO flat_entry
SELECT entry.id, section.issue_id, section.title, entry.title, entry.url, split_part(entry.url, '/', 3),
       entry.figure_name, entry.figure_alt, entry.summary,
       ARRAY(SELECT topic.slug::text FROM issues_taggedentry tagged JOIN issues_topic topic ON topic.id = tagged.tag_id
              WHERE tagged.content_object_id = entry.id ORDER BY topic.slug)
  FROM issues_entry entry JOIN issues_section section ON section.id = entry.section_id;
CREATE INDEX ON flat_entry (issue, id);
ANALYZE flat_issue; ANALYZE flat_entry;
"""
QUERY = """
SELECT i.title, i.day, i.intro, e.id, e.section, e.title, e.link, e.domain, e.figure, e.alt, e.text, e.topics
  FROM flat_issue i JOIN flat_entry e ON e.issue = i.number WHERE i.number = %s ORDER BY e.id
"""
ENTRY = (
    '<article id="e{id}"><h3><a href="{link}">{title}</a> <span class="domain">{domain}</span></h3><figure><img '
    'src="{figure}" alt="{alt}" loading="lazy" width="640" height="360"></figure><p>{text}</p><p class="tags">{topics}'
    '<a href="/entries/{id}/">permalink</a></p></article>'
)


def application(dsn: str):
    """A WSGI application with `/<key of the issue>/`, and the connection it uses. Configures Django for itself."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(TABLES)

    def page(key: int) -> bytes:
        cursor = connection.cursor()
        cursor.execute(QUERY, (key,))
        return _html(cursor.fetchall()).encode()

    return _django(page), connection


def _django(page):
    import django
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    settings.configure(
        SECRET_KEY="-",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=(
            path("hello/", lambda request: HttpResponse(b"hello world")),
            path("<int:key>/", lambda request, key: HttpResponse(page(key))),
        ),
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    )
    django.setup()
    return get_wsgi_application()


def _html(rows: list[tuple]) -> str:
    title, day, intro = rows[0][:3]
    escape = html.escape
    out = [
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title></head><body><main>"
        f"<h1>{escape(title)}</h1><time datetime={day}>{day}</time><p>{escape(intro)}</p>"
    ]
    last = None
    for _title, _day, _intro, key, section, name, link, domain, figure, alt, text, topics in rows:
        if section != last:
            out.append(f"{'</section>' if last is not None else ''}<section><h2>{escape(section)}</h2>")
            last = section
        out.append(
            ENTRY.format(
                id=key,
                link=escape(link),
                title=escape(name),
                domain=escape(domain),
                figure=escape(figure),
                alt=escape(alt),
                text=escape(text),
                topics="".join(f'<a href="/topics/{topic}/">{topic}</a> ' for topic in topics),
            )
        )
    out.append("</section></main></body></html>")
    return "\n".join(out)
