"""What reflection does when who-we-are changes. The one way in which partnerships is felt here."""
