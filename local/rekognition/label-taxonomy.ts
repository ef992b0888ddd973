/** What Rekognition's answer says of a label besides its confidence. */
export interface LabelDescription {
  name: string;
  parents: readonly string[];
  aliases: readonly string[];
  category: string;
}

const describe = (
  name: string,
  category: string,
  parents: readonly string[] = [],
  aliases: readonly string[] = [],
): LabelDescription => ({ name, category, parents, aliases });

const ANIMALS = 'Animals and Pets';
const APPAREL = 'Apparel and Accessories';
const FURNITURE = 'Furniture and Furnishings';
const KITCHEN = 'Kitchen and Dining';
const TECHNOLOGY = 'Technology and Computing';
const TRANSPORT = 'Vehicles and Automotive';

/**
 * The model's classes, and the ancestors that have ancestors themselves, as labels in the manner of Rekognition (version 3 of its label list: name, parents, aliases,
 * category). https://docs.aws.amazon.com/rekognition/latest/dg/labels.html
 */
const DESCRIPTION_OF_CLASS: Readonly<Record<string, LabelDescription>> = {
  Bicycle: describe('Bicycle', TRANSPORT, ['Transportation', 'Vehicle'], ['Bike']),
  Boot: describe('Boot', APPAREL, ['Clothing', 'Footwear']),
  Laptop: describe('Laptop', TECHNOLOGY, ['Computer', 'Electronics', 'Pc']),
  Person: describe('Person', 'Person Description', [], ['Human']),
  Chair: describe('Chair', FURNITURE, ['Furniture']),
  Cattle: describe('Cattle', ANIMALS, ['Animal', 'Livestock', 'Mammal']),
  Desk: describe('Desk', FURNITURE, ['Furniture', 'Table']),
  Cat: describe('Cat', ANIMALS, ['Animal', 'Mammal', 'Pet'], ['Domestic Cat']),
  'Computer mouse': describe(
    'Mouse',
    TECHNOLOGY,
    ['Computer Hardware', 'Electronics', 'Hardware'],
    ['Computer Mouse'],
  ),
  'Computer monitor': describe('Monitor', TECHNOLOGY, [
    'Computer Hardware',
    'Electronics',
    'Hardware',
    'Screen',
  ]),
  Box: describe('Box', 'Household', ['Container']),
  Mug: describe('Mug', KITCHEN, ['Cup']),
  'Coffee cup': describe('Coffee Cup', KITCHEN, ['Cup']),
  'Stationary bicycle': describe('Exercise Bike', 'Sports', ['Fitness'], ['Stationary Bicycle']),
  Table: describe('Table', FURNITURE, ['Furniture']),
  Bottle: describe('Bottle', KITCHEN, ['Container']),
  'High heels': describe('High Heel', APPAREL, ['Clothing', 'Footwear']),
  Vehicle: describe('Vehicle', TRANSPORT, ['Transportation']),
  Footwear: describe('Footwear', APPAREL, ['Clothing']),
  Dog: describe('Dog', ANIMALS, ['Animal', 'Canine', 'Mammal', 'Pet'], ['Domestic Dog']),
  Book: describe('Book', 'Text and Documents', ['Publication']),
  Canine: describe('Canine', ANIMALS, ['Animal', 'Mammal']),
  Mammal: describe('Mammal', ANIMALS, ['Animal']),
  Pet: describe('Pet', ANIMALS, ['Animal']),
  Camera: describe('Camera', TECHNOLOGY, ['Electronics']),
  Car: describe('Car', TRANSPORT, ['Transportation', 'Vehicle'], ['Automobile']),
};

/** The label of one of the model's classes; a class that we do not know stands for itself. */
export const describeClass = (modelClass: string): LabelDescription =>
  DESCRIPTION_OF_CLASS[modelClass] ?? describe(modelClass, 'Uncategorized');
