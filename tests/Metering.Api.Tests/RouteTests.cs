namespace Metering.Api.Tests;

public sealed class RouteTests
{
    [Fact]
    public void Every_route_has_a_name_of_its_own_and_an_answer()
    {
        Assert.Equal(ApiRoutes.All.Count, ApiRoutes.All.Select(route => route.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(ApiRoutes.All, route =>
        {
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", route.Name);
            Assert.NotEmpty(route.Answers);
            Assert.NotEqual("", route.Summary);
            Assert.Same(route, ApiRoutes.Find(route.Name));
            Assert.All(route.Problems, code => Assert.InRange(ProblemCode.StatusOf(code), 400, 599));
        });
    }

    [Fact]
    public void An_answer_that_may_show_a_secret_is_stored_by_nobody_on_the_way()
    {
        Type[] secrets = [typeof(LicenseWithKey), typeof(WebhookWithSecret), typeof(TokenWithSecret), typeof(ViewTokenAnswer)];
        Assert.Equal(
            ApiRoutes.All.Where(route => route.Answers.Any(answer => secrets.Contains(answer.Type))).Select(route => route.Name),
            ApiRoutes.All.Where(route => route.ShowsSecret).Select(route => route.Name));
    }
}
