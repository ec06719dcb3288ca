using System.Reflection;
using Metering.Api.Tests.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Metering.Api.Tests;

/// <summary>Who answers a route says in its constructor what it touches, and touches nothing else.</summary>
public sealed class HandlerTests
{
    private const int MaxNeeds = 8;

    public static TheoryData<Type> Handlers => [.. HandlersOf(new ServiceCollection()).Distinct()];

    [Theory]
    [MemberData(nameof(Handlers))]
    public void A_handler_says_what_it_touches(Type handlers)
    {
        var needs = Assert.Single(handlers.GetConstructors()).GetParameters().Select(parameter => parameter.ParameterType).ToList();

        Assert.DoesNotContain(needs, need => typeof(IServiceProvider).IsAssignableFrom(need) || need == typeof(IServiceScopeFactory));
        Assert.True(needs.Count <= MaxNeeds, $"{handlers.Name} needs {needs.Count} things. Split it by noun.");
        Assert.DoesNotContain(
            handlers.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic),
            field => field is { IsInitOnly: false, IsLiteral: false } && !field.Name.StartsWith('<'));
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_handler_is_made_once(Type handlers)
    {
        await using var host = await MemoryHost.StartAsync();

        Assert.Same(host.Services.GetRequiredService(handlers), host.Services.GetRequiredService(handlers));
    }

    [Fact]
    public void A_call_is_the_request_and_brings_no_ports() => Assert.Equal(
        [typeof(HttpContext), typeof(ApiRoute), typeof(Caller)],
        Assert.Single(typeof(ApiCall).GetConstructors()).GetParameters().Select(parameter => parameter.ParameterType));

    [Fact]
    public void Every_route_registers_who_answers_it() => Assert.All(ApiRoutes.All, route =>
    {
        var services = new ServiceCollection();
        route.Register(services);

        Assert.Equal(ServiceLifetime.Singleton, Assert.Single(services).Lifetime);
    });

    private static IEnumerable<Type> HandlersOf(ServiceCollection services)
    {
        foreach (var route in ApiRoutes.All)
        {
            route.Register(services);
        }

        return services.Select(service => service.ServiceType);
    }
}
