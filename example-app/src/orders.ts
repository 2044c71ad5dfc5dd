import { Column, Entity, type MigrationInterface, PrimaryColumn, PrimaryGeneratedColumn, type QueryRunner, Table } from 'typeorm';

/** An order of the example shop. */
@Entity('demo_order')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 320 })
  email!: string;

  @Column({ type: 'integer' })
  cents!: number;
}

/** A step that was done once for this database and must not be repeated, even if its result was deleted. */
@Entity('demo_milestone')
export class Milestone {
  @PrimaryColumn({ type: 'varchar', length: 50 })
  name!: string;
}

export class CreateDemoTables1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'demo_order',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'email', type: 'varchar', length: '320' },
          { name: 'cents', type: 'integer' },
        ],
      }),
    );
    await runner.createTable(
      new Table({ name: 'demo_milestone', columns: [{ name: 'name', type: 'varchar', length: '50', isPrimary: true }] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('demo_milestone');
    await runner.dropTable('demo_order');
  }
}
