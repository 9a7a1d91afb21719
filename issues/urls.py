"""The public addresses. They live for ever: a moved page leaves a redirect."""

from django.urls import include, path

from issues import converters, feeds, reviewers, sitemaps, uploads, views, well_known
from issues.cards import views as cards

app_name = "issues"
converters.register()

# In the default language these stand as they are, in any other behind its prefix.
pages = [
    path("", views.home, name="home"),
    path("issues/", views.archive, name="archive"),
    path("issues/<slug:slug>/", views.issue, name="issue"),
    path("issues/<slug:slug>/card-<digest:digest>.png", cards.issue, name="issue_card"),
    path("entries/<public_id:public_id>/", views.entry, name="entry"),
    path("entries/<public_id:public_id>/card-<digest:digest>.png", cards.entry, name="entry_card"),
    path("papers/<arxiv_id:arxiv_id>/", views.paper, name="paper"),
    path("papers/<arxiv_id:arxiv_id>/citation.<form:form>", views.paper, name="paper_citation"),
    path("works/<work:work>/", views.work, name="work"),
    path("works/<work:work>/citation.<form:form>", views.work, name="work_citation"),
    path("topics/", views.topics, name="topics"),
    path("topics/<str:slug>/", views.topic, name="topic"),
    path("search/", views.search, name="search"),
    path("opensearch.xml", views.open_search, name="open_search"),
    path("about/", views.about, name="about"),
    path("feeds/", views.feeds, name="feeds"),
    path("feed/", feeds.feed, name="feed"),
    path("card-<digest:digest>.png", cards.publication, name="card"),
    path("sitemaps/pages.xml", sitemaps.standing_pages, name="sitemap_pages"),
    path("sitemaps/<number:year>-<number:month>.xml", sitemaps.of_month, name="sitemap_month"),
    path("sitemaps/<number:year>-<number:month>-<number:day>.xml", sitemaps.of_day, name="sitemap_day"),
]

urlpatterns = [
    *pages,
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("healthz", views.healthz, name="healthz"),
    # Private: what stands here is for one reviewer, and kept by nobody.
    path("preview/<str:secret>/", reviewers.reviewer, name="reviewer"),
    path("preview/<str:secret>/<slug:name>/", reviewers.reviewer, name="reviewer_view"),
    path("uploads/<path:path>", uploads.upload, name="upload"),
    path("<language:language>/", include(pages)),
]
