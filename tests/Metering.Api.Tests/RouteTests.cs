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
}
