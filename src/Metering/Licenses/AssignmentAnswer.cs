namespace Metering;

/// <summary>A feature as it was assigned.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Terms">Its terms.</param>
public sealed record AssignmentAnswer(Feature Feature, Terms Terms) : Answer;
